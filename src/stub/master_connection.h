// MasterConnection: calls to whichever master is the primary, repeated until one answers.
//
// Every attempt locates the primary, connects and authenticates when there is no open channel,
// checks the version of the service once a channel, and makes the call. An attempt that fails in a
// way that may pass (retry_policy.h) drops the channel and asks the locator again; so does one that
// gets no answer while there is another primary: the master is paused or cut off. All clients of
// one process for one user should share one connection. Thread-safe; calls block, so they must not
// run on threads of the transport.
#pragma once

#include <google/protobuf/message_lite.h>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/bytes.h"
#include "base/mutex.h"
#include "base/result.h"
#include "env/clock.h"
#include "env/rng.h"
#include "rpc/channel.h"
#include "stub/connection_options.h"
#include "stub/primary_locator.h"
#include "stub/watched_call.h"

namespace alluxio::stub {

// Numbers are those of the wire, but for the last.
enum class MasterService {
  kFileSystemClient = 1,
  kFileSystemWorker = 2,
  kBlockClient = 4,
  kBlockWorker = 5,
  kConfiguration = 6,  // called without authentication
  kMetaClient = 7,
  kMetricsClient = 9,
  kJobClient = 10,  // these two of a job master
  kJobWorker = 11,
  kConfigurationEdit = 106,  // the service 6 again, called as somebody
};

enum class Attempts { kOne, kUntilTimeout };

class MasterConnection {
 public:
  MasterConnection(std::shared_ptr<PrimaryLocator> locator, const ConnectionOptions& options,
                   Clock& clock = Clock::Real(), Rng& rng = Rng::Real());
  ~MasterConnection();
  MasterConnection(const MasterConnection&) = delete;
  MasterConnection& operator=(const MasterConnection&) = delete;

  // `method` without the service: "GetStatus".
  Status Call(MasterService service, const std::string& method,
              const google::protobuf::MessageLite& request,
              google::protobuf::MessageLite* response,
              Attempts attempts = Attempts::kUntilTimeout);

  // Sends `request` and gives every message of the answer to `message`; an error it returns
  // cancels the stream and is returned. Repeated only as long as no message has arrived.
  Status ServerStream(MasterService service, const std::string& method,
                      const google::protobuf::MessageLite& request,
                      const std::function<Status(const Bytes&)>& message);

  // Something longer than one call: `attempt` gets an open channel of a checked service and the
  // method's full path prefix ("/alluxio.grpc.block.BlockMasterWorkerService/").
  using Attempt = std::function<Status(rpc::Channel& channel, const std::string& prefix)>;
  Status Run(MasterService service, const Attempt& attempt,
             Attempts attempts = Attempts::kUntilTimeout);

  // No attempt begins any more: who waits for the next one and who comes later gets CANCELLED, and
  // who waits for an answer soon. For shutdown.
  void Close();

  const ConnectionOptions& options() const { return options_; }
  PrimaryLocator& locator() { return *locator_; }
  Rng& rng() { return rng_; }

 private:
  struct Link;  // an open channel to one address
  Result<std::shared_ptr<Link>> Connect(bool authenticate);
  Status CheckVersion(Link& link, MasterService service);
  // How to wait for an answer of the master behind `channel`.
  WatchedCall Watched(const rpc::Channel& channel, Duration timeout);
  Status TryOnce(MasterService service, const Attempt& attempt,
                 std::optional<MasterAddress>* failed);
  // Waits for `pause`, or until there is another primary than the one that failed.
  void AwaitNext(Duration pause, const std::optional<MasterAddress>& failed);
  void Drop(const std::shared_ptr<Link>& link);
  bool closed();

  const std::shared_ptr<PrimaryLocator> locator_;
  const ConnectionOptions options_;
  Clock& clock_;
  Rng& rng_;

  Mutex mutex_{LockRank::kClient};
  CondVar closed_changed_;
  bool closed_ GUARDED_BY(mutex_) = false;
  std::shared_ptr<Link> link_ GUARDED_BY(mutex_);            // authenticated
  std::shared_ptr<Link> bootstrap_link_ GUARDED_BY(mutex_);  // not authenticated
};

}  // namespace alluxio::stub
