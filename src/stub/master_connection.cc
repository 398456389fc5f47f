#include "stub/master_connection.h"

#include <algorithm>

#include "base/log.h"
#include "proto/grpc/version.pb.h"

namespace alluxio::stub {
namespace {

constexpr char kVersionMethod[] =
    "/alluxio.grpc.version.ServiceVersionClientService/getServiceVersion";
// Wire contract, "Version handshake".
int64_t VersionOf(MasterService service) {
  const bool of_jobs = service == MasterService::kJobClient || service == MasterService::kJobWorker;
  return of_jobs ? 1 : 2;
}
constexpr Duration kVersionTimeout = std::chrono::seconds(30);
constexpr Duration kFirstLook = std::chrono::milliseconds(20);  // for another primary
constexpr Duration kLastLook = std::chrono::milliseconds(250);
constexpr Duration kStreamSilence = std::chrono::minutes(5);

const char* ServiceName(MasterService service) {
  switch (service) {
    case MasterService::kFileSystemClient:
      return "alluxio.grpc.file.FileSystemMasterClientService";
    case MasterService::kFileSystemWorker:
      return "alluxio.grpc.file.FileSystemMasterWorkerService";
    case MasterService::kBlockClient:
      return "alluxio.grpc.block.BlockMasterClientService";
    case MasterService::kBlockWorker:
      return "alluxio.grpc.block.BlockMasterWorkerService";
    case MasterService::kConfiguration:
    case MasterService::kConfigurationEdit:
      return "alluxio.grpc.meta.MetaMasterConfigurationService";
    case MasterService::kMetaClient:
      return "alluxio.grpc.meta.MetaMasterClientService";
    case MasterService::kMetricsClient:
      return "alluxio.grpc.metric.MetricsMasterClientService";
    case MasterService::kJobClient:
      return "alluxio.grpc.job.JobMasterClientService";
    case MasterService::kJobWorker:
      return "alluxio.grpc.job.JobMasterWorkerService";
  }
  return "";
}

grpc::version::ServiceType WireNumberOf(MasterService service) {
  if (service == MasterService::kConfigurationEdit) service = MasterService::kConfiguration;
  return static_cast<grpc::version::ServiceType>(service);
}

std::string PrefixOf(MasterService service) {
  return "/" + std::string(ServiceName(service)) + "/";
}

}  // namespace

struct MasterConnection::Link {
  MasterAddress address;
  std::shared_ptr<rpc::Channel> channel;
  Mutex mutex{LockRank::kLeaf};
  std::set<MasterService> checked GUARDED_BY(mutex);
};

MasterConnection::MasterConnection(std::shared_ptr<PrimaryLocator> locator,
                                   const ConnectionOptions& options, Clock& clock, Rng& rng)
    : locator_(std::move(locator)), options_(options), clock_(clock), rng_(rng) {}

MasterConnection::~MasterConnection() { Close(); }

void MasterConnection::Close() {
  std::shared_ptr<Link> link;
  std::shared_ptr<Link> bootstrap;
  MutexLock lock(mutex_);
  closed_ = true;
  link.swap(link_);
  bootstrap.swap(bootstrap_link_);
  closed_changed_.NotifyAll();
}

bool MasterConnection::closed() {
  MutexLock lock(mutex_);
  return closed_;
}

Result<std::shared_ptr<MasterConnection::Link>> MasterConnection::Connect(bool authenticate) {
  {
    MutexLock lock(mutex_);
    if (closed_) return Cancelled("The connection to the master is closed");
    std::shared_ptr<Link>& current = authenticate ? link_ : bootstrap_link_;
    if (current != nullptr) return current;
  }
  ASSIGN_OR_RETURN(MasterAddress address, locator_->Primary());
  rpc::ChannelOptions channel;
  channel.transport = options_.transport;
  channel.tls = options_.tls;
  channel.host = address.host;
  channel.port = address.port;
  channel.authenticate = authenticate;
  channel.user = options_.user;
  channel.impersonate = options_.impersonate;
  channel.connect_timeout = options_.connect_timeout;
  auto link = std::make_shared<Link>();
  link->address = std::move(address);
  link->channel = rpc::Channel::Create(channel);
  MutexLock lock(mutex_);
  std::shared_ptr<Link>& current = authenticate ? link_ : bootstrap_link_;
  if (current == nullptr) current = link;
  return current;
}

void MasterConnection::Drop(const std::shared_ptr<Link>& link) {
  locator_->Invalidate(link->address);
  std::shared_ptr<Link> dropped;  // destroyed after the lock
  MutexLock lock(mutex_);
  std::shared_ptr<Link>& current = link == link_ ? link_ : bootstrap_link_;
  if (current == link) dropped.swap(current);
}

Status MasterConnection::CheckVersion(Link& link, MasterService service) {
  {
    MutexLock lock(link.mutex);
    if (link.checked.count(service) != 0) return OkStatus();
  }
  grpc::version::GetServiceVersionPRequest request;
  request.set_servicetype(WireNumberOf(service));
  request.set_allowedonstandbymasters(true);
  grpc::version::GetServiceVersionPResponse response;
  RETURN_IF_ERROR(Watched(*link.channel, kVersionTimeout)
                      .Run(*link.channel, kVersionMethod, request, &response));
  if (response.version() != VersionOf(service)) {
    return FailedPrecondition(std::string(ServiceName(service)) + " client version " +
                              std::to_string(VersionOf(service)) +
                              " is not compatible with server version " +
                              std::to_string(response.version()));
  }
  MutexLock lock(link.mutex);
  link.checked.insert(service);
  return OkStatus();
}

WatchedCall MasterConnection::Watched(const rpc::Channel& channel, Duration timeout) {
  const MasterAddress master{channel.options().host, channel.options().port};
  WatchedCall watched;
  watched.timeout = timeout;
  watched.patience = options_.patience;
  watched.wait_on = [this, master]() -> Status {
    if (closed()) return Cancelled("The connection to the master is closed");
    if (!locator_->HasMoved(master)) return OkStatus();
    return Unavailable(master.ToString() + " does not answer and is the primary no more");
  };
  return watched;
}

Status MasterConnection::TryOnce(MasterService service, const Attempt& attempt,
                                 std::optional<MasterAddress>* failed) {
  failed->reset();
  ASSIGN_OR_RETURN(std::shared_ptr<Link> link,
                   Connect(options_.authenticate && service != MasterService::kConfiguration));
  Status status = CheckVersion(*link, service);
  // A Java master that was just elected still answers as the standby it was, without this service.
  if (status.Is(StatusCode::kNotFound) && !locator_->Fixed()) {
    status = Unavailable(link->address.ToString() + ": " + status.message());
  }
  if (status.ok()) status = attempt(*link->channel, PrefixOf(service));
  if (IsRetryable(status)) {
    Drop(link);
    *failed = link->address;
  }
  return status;
}

// The pauses between attempts grow to seconds; a new primary is there in less.
void MasterConnection::AwaitNext(Duration pause, const std::optional<MasterAddress>& failed) {
  const Duration end = clock_.Monotonic() + pause;
  Duration slice = kFirstLook;
  while (true) {
    const Duration left = end - clock_.Monotonic();
    if (left <= Duration::zero()) return;
    {
      MutexLock lock(mutex_);
      if (closed_) return;
      closed_changed_.WaitFor(mutex_, failed ? std::min(slice, left) : left);
    }
    if (failed && locator_->HasMoved(*failed)) return;
    slice = std::min(slice * 2, kLastLook);
  }
}

Status MasterConnection::Run(MasterService service, const Attempt& attempt, Attempts attempts) {
  std::optional<MasterAddress> failed;
  if (attempts == Attempts::kOne) return TryOnce(service, attempt, &failed);
  Retry retry(options_.retry, clock_, rng_);
  Status last = Unavailable(std::string(ServiceName(service)) + ": not tried");
  auto sleep = [this, &failed](Duration pause) { AwaitNext(pause, failed); };
  while (retry.Next(sleep)) {
    if (closed()) return Cancelled("The connection to the master is closed");
    last = TryOnce(service, attempt, &failed);
    if (!IsRetryable(last)) return last;
    LOG_DEBUG("stub: attempt failed service={} attempt={} status={}", ServiceName(service),
              retry.attempts(), last.ToString());
  }
  // An authentication that was refused to the end is an answer about the user, not the network.
  StatusCode code = last.Is(StatusCode::kUnauthenticated) ? last.code() : StatusCode::kUnavailable;
  return Status(code, "Failed after " + std::to_string(retry.attempts()) +
                          " attempts: " + last.message());
}

Status MasterConnection::Call(MasterService service, const std::string& method,
                              const google::protobuf::MessageLite& request,
                              google::protobuf::MessageLite* response, Attempts attempts) {
  return Run(
      service,
      [&](rpc::Channel& channel, const std::string& prefix) {
        return Watched(channel, options_.call_timeout)
            .Run(channel, prefix + method, request, response);
      },
      attempts);
}

Status MasterConnection::ServerStream(MasterService service, const std::string& method,
                                      const google::protobuf::MessageLite& request,
                                      const std::function<Status(const Bytes&)>& message) {
  // Once a message has been given away the listing cannot start again; then the outcome is kept
  // here and the attempt counts as answered.
  Status outcome;
  Status status = Run(service, [&](rpc::Channel& channel, const std::string& prefix) -> Status {
    ASSIGN_OR_RETURN(std::unique_ptr<rpc::ClientStream> stream,
                     channel.OpenStream(prefix + method));
    const WatchedCall watched = Watched(channel, kStreamSilence);
    bool given = false;
    Status failed = rpc::SendMessage(*stream, request);
    if (failed.ok()) failed = stream->HalfClose();
    while (failed.ok()) {
      Result<std::optional<Bytes>> next = watched.Receive(*stream);
      if (!next.ok()) {
        failed = next.status();
      } else if (!*next) {
        break;
      } else {
        given = true;
        outcome = message(**next);
        if (!outcome.ok()) return OkStatus();
      }
    }
    if (!given) return failed;
    outcome = failed;
    return OkStatus();
  });
  return status.ok() ? outcome : status;
}

}  // namespace alluxio::stub
