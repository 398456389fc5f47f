// WorkerDirectory: the workers a client may use: the live list, a client for each address, and
// which of them are on this host. Thread-safe; Live() may call the master.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "client/block/client_options.h"
#include "env/clock.h"
#include "env/rng.h"
#include "model/worker_info.h"
#include "stub/block_master_client.h"
#include "stub/block_worker_client.h"

namespace alluxio::client {

class WorkerDirectory {
 public:
  // `clock` and `rng` outlive the directory.
  WorkerDirectory(std::shared_ptr<stub::BlockMasterClient> master, const ClientOptions& options,
                  Clock& clock = Clock::Real(), Rng& rng = Rng::Real());
  virtual ~WorkerDirectory() = default;

  // UNAVAILABLE when no worker is alive. The answer is kept for options.worker_list_refresh.
  virtual Result<std::vector<WorkerInfo>> Live() EXCLUDES(mutex_);
  // The next Live() asks the master.
  void Forget() EXCLUDES(mutex_);
  virtual std::shared_ptr<stub::BlockWorkerClient> ClientOf(const WorkerNetAddress& address)
      EXCLUDES(mutex_);

  bool IsLocal(const WorkerNetAddress& address) const;
  // One of `addresses`: one on this host if there is, else any of them. Not for an empty list.
  WorkerNetAddress Nearest(const std::vector<WorkerNetAddress>& addresses);
  // Where to write a block of `bytes`: a worker that could ever hold it, nearest first.
  Result<WorkerNetAddress> ForWriting(int64_t bytes);

  const ClientOptions& options() const { return options_; }
  stub::BlockMasterClient& master() { return *master_; }

 private:
  const std::shared_ptr<stub::BlockMasterClient> master_;
  const ClientOptions options_;
  Clock& clock_;
  Rng& rng_;

  Mutex mutex_{LockRank::kClient};
  std::vector<WorkerInfo> live_ GUARDED_BY(mutex_);
  bool known_ GUARDED_BY(mutex_) = false;
  Duration known_since_ GUARDED_BY(mutex_){};
  // By "host:port"; workers come and go seldom, so entries stay.
  std::map<std::string, std::shared_ptr<stub::BlockWorkerClient>> clients_ GUARDED_BY(mutex_);
};

// "host:rpc port", how a worker is named in messages.
std::string WorkerName(const WorkerNetAddress& address);

}  // namespace alluxio::client
