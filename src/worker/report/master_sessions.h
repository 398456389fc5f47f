// MasterSessions: this worker at every master. Each master has a session of its own: connection,
// worker id, heartbeats, list of changes; one that is away costs the others nothing. Standbys are
// only told where blocks are; commits and persist orders go to the primary, with the id it gave.
//
// Masters are those the locator lists, looked up again every few seconds, so one that comes later
// is found, and one that is gone for good is given up. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "env/clock.h"
#include "env/executor.h"
#include "stub/fs_master_worker_client.h"
#include "stub/primary_locator.h"
#include "worker/report/registration.h"

namespace alluxio::worker {

// How one master is reached.
struct MasterClients {
  std::unique_ptr<stub::BlockMasterWorkerClient> blocks;  // whatever the master is
  // Of these a call is given up when another master has become the primary.
  std::unique_ptr<stub::BlockMasterWorkerClient> commits;
  std::unique_ptr<stub::FileSystemMasterWorkerClient> files;
  std::vector<std::shared_ptr<stub::MasterConnection>> connections;  // closed at the end
};
using MasterDialer = std::function<MasterClients(const stub::MasterAddress&)>;

struct MasterSessionsOptions {
  RegistrationOptions registration;
  Duration heartbeat_interval = std::chrono::seconds(1);
  // One master by configuration: the dialer's clients find it by themselves, and wait for it.
  bool single = true;
  Duration lookup_interval = std::chrono::seconds(3);
  Duration give_up_after = std::chrono::minutes(1);  // of a master that is listed no more
  stub::RetryOptions commit_retry;                   // of a commit while the primary changes
  // Commits within this time are one heartbeat to each standby.
  Duration standby_pause = std::chrono::milliseconds(20);
};

class MasterSessions final : public BlockPublisher {
 public:
  static constexpr size_t kMaxMasters = 64;

  // `store` and `clock` outlive this.
  MasterSessions(const MasterSessionsOptions& options,
                 std::shared_ptr<stub::PrimaryLocator> locator, MasterDialer dial,
                 BlockStore& store, Clock& clock = Clock::Real(), Rng& rng = Rng::Real());
  ~MasterSessions() override { Stop(); }

  // Begins to report, under this address.
  void Start(const WorkerNetAddress& address);
  // Whoever waits in Publish() gives up.
  void Close();
  // Close(), and no thread is left.
  void Stop();

  // Commits at the primary, whichever that is by then, and announces the block to the others.
  Status Publish(const CommittedBlock& block) override;

  // Whether some master has taken this worker in.
  bool registered() const;
  // Addresses and ids of this worker there; 0 = not registered.
  std::vector<std::pair<stub::MasterAddress, WorkerId>> ids() const;
  // The primary and the id it gave. Null when it is not known, or this worker not yet to it.
  struct AtPrimary {
    std::shared_ptr<stub::FileSystemMasterWorkerClient> files;
    WorkerId worker = 0;
    stub::MasterAddress address;
  };
  AtPrimary Primary();
  // That master did not serve a call as the primary: ask again who is.
  void Suspect(const stub::MasterAddress& address);

  // Asks the locator once; the timer does it otherwise.
  void LookUp();

 private:
  struct Session;
  std::shared_ptr<Session> Find(const stub::MasterAddress& address) const;
  std::shared_ptr<Session> Begin(const stub::MasterAddress& address);
  Result<stub::MasterAddress> KnownPrimary();
  void TellStandbys(const stub::MasterAddress& primary);
  void PauseUnlessClosed(Duration pause);
  Status CommitAtPrimary(const CommittedBlock& block, stub::MasterAddress* primary);
  Status TryCommit(const CommittedBlock& block, stub::MasterAddress* primary);

  const MasterSessionsOptions options_;
  const std::shared_ptr<stub::PrimaryLocator> locator_;
  const MasterDialer dial_;
  BlockStore& store_;
  Clock& clock_;
  Rng& rng_;
  WorkerNetAddress address_;  // constant after Start

  mutable Mutex mutex_{LockRank::kStore};
  CondVar closed_changed_;
  bool closed_ GUARDED_BY(mutex_) = false;
  std::vector<std::shared_ptr<Session>> sessions_ GUARDED_BY(mutex_);
  std::optional<stub::MasterAddress> primary_ GUARDED_BY(mutex_);  // as last heard
  std::unique_ptr<PeriodicTask> lookups_;
};

}  // namespace alluxio::worker
