// Registration: keeps one worker known to one master. Owns the worker id that master gave.
//
//   unregistered --Register ok--> registered --Register command, unknown worker--> unregistered
//
// Tick() is called by one thread; Publish and the rest are thread-safe. The master being away is no
// error: ticks fail, their pauses grow up to kMaxPause, blocks are served all the while.
#pragma once

#include <functional>
#include <string>

#include "base/mutex.h"
#include "env/clock.h"
#include "stub/block_master_worker_client.h"
#include "worker/report/counter_changes.h"
#include "worker/store/block_publisher.h"
#include "worker/store/block_store.h"

namespace alluxio::worker {

struct RegistrationOptions {
  std::vector<std::pair<std::string, std::string>> configs;  // what the master may compare
  std::string version;
  std::string revision;
  int cpus = 0;
  bool use_lease = true;
  bool use_stream = true;
  size_t stream_batch = 1000000;
  // How long a commit waits for a registration when the master does not know this worker.
  Duration publish_patience = std::chrono::seconds(30);
};

class Registration final : public BlockPublisher {
 public:
  static constexpr Duration kMaxPause = std::chrono::seconds(3);
  static constexpr size_t kMaxChanges = 100000;  // block ids in one heartbeat

  // All must outlive this object. `wake` asks for a Tick soon.
  Registration(const RegistrationOptions& options, stub::BlockMasterWorkerClient& master,
               BlockStore& store, Clock& clock, std::function<void()> wake);
  ~Registration() override;

  // Once, before the first Tick: the same address in every message of this process.
  void SetAddress(WorkerNetAddress address) { address_ = std::move(address); }

  // Registers, or sends one heartbeat and obeys the answer; may do neither during a pause.
  void Tick();
  // CommitBlock at the master, then Announce. A master that has forgotten this worker is told about
  // it first, once.
  Status Publish(const CommittedBlock& block) override;

  // CommitBlock at this master through `master`; the block stays whatever the answer is.
  Status Commit(stub::BlockMasterWorkerClient& master, const CommittedBlock& block);

  WorkerId worker_id() const;  // 0 before the first registration
  bool registered() const;

 private:
  Status Register();
  Status AwaitLease(WorkerId worker);
  Status Heartbeat(WorkerId worker);
  void Obey(const stub::MasterCommand& command);
  void Forget();
  bool AwaitFreshTick();
  // True when the master answered.
  bool RunTick();
  void NoteOutcome(const Status& status);

  const RegistrationOptions options_;
  stub::BlockMasterWorkerClient& master_;
  BlockStore& store_;
  Clock& clock_;
  const std::function<void()> wake_;
  const ReporterId reporter_;

  // Of the ticking thread only.
  WorkerNetAddress address_;
  CounterChanges counters_{metrics::Registry::Process()};
  Duration pause_{};
  Duration next_attempt_{};

  mutable Mutex mutex_;
  CondVar changed_;
  WorkerId worker_id_ GUARDED_BY(mutex_) = 0;
  bool registered_ GUARDED_BY(mutex_) = false;
  uint64_t ticks_ GUARDED_BY(mutex_) = 0;
};

}  // namespace alluxio::worker
