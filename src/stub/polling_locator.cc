#include "stub/polling_locator.h"

#include "proto/grpc/version.pb.h"
#include "rpc/channel.h"

namespace alluxio::stub {
namespace {

constexpr char kVersionMethod[] =
    "/alluxio.grpc.version.ServiceVersionClientService/getServiceVersion";

// A standby, or a master that is down or just beginning.
bool IsNotPrimary(const Status& status) {
  return status.Is(StatusCode::kUnavailable) || status.Is(StatusCode::kDeadlineExceeded) ||
         status.Is(StatusCode::kCancelled) || status.Is(StatusCode::kNotFound);
}

}  // namespace

Status PollingLocator::Ask(const MasterAddress& master, Duration timeout) {
  rpc::ChannelOptions channel;
  channel.transport = options_.transport;
  channel.tls = options_.tls;
  channel.host = master.host;
  channel.port = master.port;
  channel.authenticate = false;
  channel.connect_timeout = timeout;
  grpc::version::GetServiceVersionPRequest request;
  request.set_servicetype(grpc::version::META_MASTER_CLIENT_SERVICE);
  grpc::version::GetServiceVersionPResponse response;
  return rpc::Channel::Create(channel)->Call(kVersionMethod, request, &response, timeout);
}

Result<MasterAddress> PollingLocator::Primary() {
  {
    MutexLock lock(mutex_);
    if (found_) return *found_;
  }
  std::string reasons;
  for (const MasterAddress& master : masters_) {
    Status status = Ask(master, options_.timeout);
    if (status.ok()) {
      MutexLock lock(mutex_);
      found_ = master;
      return master;
    }
    if (!IsNotPrimary(status)) return status.WithContext(master.ToString());
    reasons += (reasons.empty() ? "" : "; ") + master.ToString() + ": " + status.message();
  }
  return Unavailable("Failed to determine primary master rpc address: " + reasons);
}

bool PollingLocator::HasMoved(const MasterAddress& from) {
  for (const MasterAddress& master : masters_) {
    if (master == from || !Ask(master, options_.quick_timeout).ok()) continue;
    MutexLock lock(mutex_);
    found_ = master;
    return true;
  }
  return false;
}

void PollingLocator::Invalidate(const MasterAddress& address) {
  MutexLock lock(mutex_);
  if (found_ == address) found_.reset();
}

}  // namespace alluxio::stub
