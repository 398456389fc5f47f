// A simulation of several masters on one journal folder: every one is a fiber that may be paused
// before each single call to the disk, its lease comes from a model of ZooKeeper and a clock that
// the simulation moves. What runs inside is the product: ComponentFollower, ComponentTakeover,
// GroupWriter, AppendQueue, Fenced, LocalUfs over CrashDisk. One thread, decided by one seed.
#pragma once

#include <ucontext.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "election/lease.h"
#include "journal/ufs/append_queue.h"
#include "journal/ufs/component_follower.h"
#include "journal/ufs/fence.h"
#include "journal/ufs/group_writer.h"
#include "tests/fixtures/crash_disk.h"
#include "tests/fixtures/fake_clock.h"
#include "tests/fixtures/remembering_machine.h"
#include "ufs/local/local_ufs.h"

namespace alluxio::journal {

// A guard of the design that is taken away, to see that the simulation notices.
enum class Mutation {
  kNone,
  kNoFence,            // changes of the folder do not look at the lease
  kNoCheckAfterSync,   // waiters are told without a look at the lease
  kNoTakeoverEntry,    // the successor begins without an entry of its own
  kTakeoverReplaces,   // its name may replace one that is there
  kUnprovenCheckpoint  // a standby commits what it has read, proven or not
};

struct SimSettings {
  uint64_t seed = 0;
  int masters = 3;
  int steps = 600;  // decisions
  Mutation mutation = Mutation::kNone;
};

struct SimCounts {
  uint64_t acknowledged = 0;
  uint64_t takeovers = 0;
  uint64_t checkpoints = 0;
  uint64_t diverged = 0;
  uint64_t power_losses = 0;
  uint64_t kills = 0;
};

class JournalSim {
 public:
  explicit JournalSim(const SimSettings& settings);
  ~JournalSim();
  // "" when all rules held, else which one did not.
  std::string Run();
  const SimCounts& counts() const { return counts_; }

 private:
  class PausingDisk;
  class SimFence;
  struct Master;

  void Decide();
  void Resume(Master& master);
  void Yield();   // lets others run, or not
  void Switch();  // lets others run
  void MovePlaces();
  bool Fresh(const Master& master) const;
  void Kill(Master& master);
  void LosePower();
  void Fail(const std::string& what);
  bool Fatal(const Status& status, const std::string& what);

  void Live(Master& master);             // what a process does from start to end
  bool Follow(Master& master);           // until it is elected; false: the process ends
  bool TakeOver(Master& master);
  void Serve(Master& master);
  void WriteCheckpoint(Master& master, int64_t end, bool serving);
  void JudgeEnd();
  void JudgeAcknowledged(const std::vector<int64_t>& ids, const std::string& who);

  const SimSettings settings_;
  std::unique_ptr<Rng> rng_;
  std::unique_ptr<Rng> disk_rng_;
  CrashDisk disk_;
  FakeClock clock_;
  std::vector<std::unique_ptr<Master>> masters_;
  ucontext_t scheduler_{};
  Master* running_ = nullptr;
  int primary_ = -1;               // whose node is lowest
  int64_t heard_ms_ = 0;           // ZooKeeper heard of its session last
  int64_t next_id_ = 1;
  std::map<int64_t, int64_t> acknowledged_;  // number -> id
  bool quiet_ = false;             // the end: nobody is disturbed any more
  std::string failure_;
  SimCounts counts_;
};

}  // namespace alluxio::journal
