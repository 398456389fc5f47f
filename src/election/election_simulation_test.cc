// Masters, their sessions and a ZooKeeper ensemble in simulated time, with faults by a seed.
//
//   SCHEDULES=1000000 SEED=1 test.election --gtest_filter='ElectionSimulation.*'
//
// In every state of every schedule at most one lease is held; when the faults have stopped there
// is a primary, and clients find it.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "election/internal/candidate.h"
#include "tests/fixtures/fake_zookeeper.h"
#include "tests/fixtures/sim_loop.h"

namespace alluxio::election {
namespace {

using std::chrono::milliseconds;
using Decorate = std::function<std::unique_ptr<coord::Coordination>(coord::Coordination&)>;

uint64_t Variable(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// A master that starts again when it is deposed.
class SimMaster {
 public:
  SimMaster(SimWorld& world, FakeZooKeeper& zookeeper, Decorate decorate, SelectorOptions options)
      : world_(world),
        zookeeper_(zookeeper),
        decorate_(std::move(decorate)),
        options_(std::move(options)) {
    Start();
  }
  ~SimMaster() { Die(); }

  bool Held() const { return candidate_ != nullptr && candidate_->lease().Held(); }
  SimProcess& process() { return *process_; }
  std::string leader_node() const { return options_.leader_path + "/" + options_.address; }

  // kill -9.
  void Die() {
    process_->Kill();
    candidate_.reset();
  }
  void Start() {
    const double rate = 0.98 + 0.001 * static_cast<double>(world_.rng().Below(41));
    process_ = &world_.AddProcess(rate, milliseconds(world_.rng().Below(100000)));
    loop_ = std::make_unique<SimLoop>(world_, *process_);
    coord::Coordination* coordination = &zookeeper_.ClientOf(*process_);
    if (decorate_) {
      decorated_ = decorate_(*coordination);
      coordination = decorated_.get();
    }
    SelectorEvents events;
    events.elected = [this, process = process_] {
      world_.AfterOwn(milliseconds(world_.rng().Below(200)), *process,
                      [this] { candidate_->Announce(); });
    };
    events.deposed = [this, process = process_](Status) {
      world_.After(milliseconds(world_.rng().Below(50)), process, [this, process] {
        candidate_.reset();  // ends the session
        process->Kill();
        Start();
      });
    };
    candidate_ = std::make_unique<Candidate>(
        options_, Candidate::World{*coordination, *loop_, process_->clock(), world_.rng()},
        std::move(events));
    world_.AfterOwn(milliseconds(world_.rng().Below(300)), *process_, [this] {
      candidate_->Start();
      candidate_->Join();
    });
  }

 private:
  SimWorld& world_;
  FakeZooKeeper& zookeeper_;
  const Decorate decorate_;
  const SelectorOptions options_;
  SimProcess* process_ = nullptr;
  std::unique_ptr<SimLoop> loop_;
  std::unique_ptr<coord::Coordination> decorated_;
  std::unique_ptr<Candidate> candidate_;
};

class Simulation {
 public:
  Simulation(uint64_t seed, const Decorate& decorate) : world_(seed) {
    FakeZooKeeper::Options ensemble;
    ensemble.servers = world_.rng().Below(4) == 0 ? 1 : 3;
    ensemble.tick = milliseconds(200 + world_.rng().Below(400));
    ensemble.min_timeout = 2 * ensemble.tick;
    ensemble.sync_limit = ensemble.tick * static_cast<int64_t>(2 + world_.rng().Below(10));
    if (world_.rng().Below(3) == 0) ensemble.max_latency = milliseconds(40);
    zookeeper_ = std::make_unique<FakeZooKeeper>(world_, ensemble);
    timeout_ = ensemble.tick * static_cast<int64_t>(2 + world_.rng().Below(3));
    for (int i = 0; i < 3; ++i) {
      SelectorOptions options;
      options.address = "master" + std::to_string(i) + ":19998";
      options.session_timeout = timeout_;
      options.policy = world_.rng().Below(3) == 0 ? ErrorPolicy::kStandard : ErrorPolicy::kSession;
      masters_.push_back(std::make_unique<SimMaster>(world_, *zookeeper_, decorate, options));
    }
  }

  // What went wrong, or "".
  std::string Run() {
    const uint64_t faults = 2 + world_.rng().Below(8);
    for (uint64_t i = 0; i < faults; ++i) {
      if (!Pass(Some(2 * timeout_))) return "two leases";
      Fault();
    }
    if (!Pass(Some(2 * timeout_))) return "two leases";
    return "";
  }
  // What is missing when all is well again, or "".
  std::string Settle() {
    const Duration end = world_.now() + 4 * timeout_ + std::chrono::seconds(2);
    // A lease needs answers well within a sixth of the timeout.
    zookeeper_->SetMaxLatency(std::chrono::milliseconds(1));
    for (int i = 0; i < zookeeper_->servers(); ++i) {
      zookeeper_->StartServer(i);
      zookeeper_->HealServer(i);
    }
    for (auto& master : masters_) {
      if (!master->process().alive()) master->Start();
      master->process().Continue();
      zookeeper_->HealClient(master->process());
    }
    int holders = 0;
    while (world_.now() < end) {
      if (!Pass(timeout_ / 4)) return "two leases";
      holders = 0;
      for (auto& master : masters_) {
        holders += master->Held() && zookeeper_->Has(master->leader_node()) ? 1 : 0;
      }
      if (holders == 1) return "";
    }
    return "no primary";
  }

 private:
  Duration Some(Duration most) { return world_.Between(Duration::zero(), most); }
  int SomeServer() {
    return static_cast<int>(world_.rng().Below(static_cast<uint64_t>(zookeeper_->servers())));
  }
  // The holder half of the time: it is the one that matters.
  SimMaster& SomeMaster() {
    for (auto& master : masters_) {
      if (master->Held() && world_.rng().Below(2) == 0) return *master;
    }
    return *masters_[world_.rng().Below(masters_.size())];
  }
  bool Pass(Duration time) {
    bool good = true;
    world_.RunUntil(world_.now() + time, [&] {
      int held = 0;
      for (auto& master : masters_) held += master->Held() ? 1 : 0;
      good = good && held <= 1;
    });
    return good;
  }
  void Later(Callback<void()> event) {
    world_.After(Some(4 * timeout_), nullptr, std::move(event));
  }

  void Fault() {
    SimMaster& master = SomeMaster();
    SimProcess& process = master.process();
    const int server = SomeServer();
    switch (world_.rng().Below(9)) {
      case 0:
      case 1:
        process.Pause();
        return Later([&process] { process.Continue(); });
      case 2:
        zookeeper_->CutClient(process);
        return Later([this, &process] { zookeeper_->HealClient(process); });
      case 3:
        return zookeeper_->BreakConnections(process);
      case 4:
        zookeeper_->StopServer(server);
        return Later([this, server] { zookeeper_->StartServer(server); });
      case 5:
      case 6:
        zookeeper_->CutServer(server);
        return Later([this, server] { zookeeper_->HealServer(server); });
      case 7:
        master.Die();
        return Later([&master] {
          if (!master.process().alive()) master.Start();
        });
      default:
        return DeleteANode();
    }
  }
  // Once: who deletes both the place and the lease of the same master gets what he asks for.
  void DeleteANode() {
    if (std::exchange(deleted_, true)) return;
    const std::string path = zookeeper_->AnyNode(world_.rng());
    if (path != "/") zookeeper_->DeleteByHand(path);  // nothing happens where there are children
  }

  SimWorld world_;
  std::unique_ptr<FakeZooKeeper> zookeeper_;
  Duration timeout_{};
  bool deleted_ = false;
  std::vector<std::unique_ptr<SimMaster>> masters_;
};

// The seed of the first schedule that goes wrong; 0 when none does.
uint64_t FirstBad(uint64_t seed, uint64_t schedules, const Decorate& decorate, bool settle,
                  std::string* what) {
  for (uint64_t i = 0; i < schedules; ++i) {
    Simulation simulation(seed + i, decorate);
    *what = simulation.Run();
    if (what->empty() && settle) *what = simulation.Settle();
    if (!what->empty()) return seed + i;
  }
  return 0;
}

TEST(ElectionSimulation, AtMostOneLeaseIsHeldAndThereIsAPrimaryAfterFaults) {
  const uint64_t seed = Variable("SEED", static_cast<uint64_t>(Clock::Real().NowMs()));
  const uint64_t schedules = Variable("SCHEDULES", 2000);
  std::string what;
  const uint64_t bad = FirstBad(seed, schedules, nullptr, true, &what);
  EXPECT_EQ(bad, 0u) << what << ": SCHEDULES=1 SEED=" << bad;
}

// The simulation finds what the design rules out: confirmations that any server can answer.
class ReadingSession final : public coord::Coordinator {
 public:
  explicit ReadingSession(std::unique_ptr<coord::Coordinator> inner) : inner_(std::move(inner)) {}
  void Create(const std::string& path, const std::string& data, coord::CreateMode mode,
              Callback<void(Result<std::string>)> done) override {
    inner_->Create(path, data, mode, std::move(done));
  }
  void Get(const std::string& path, Callback<void(Result<coord::Node>)> done) override {
    inner_->Get(path, std::move(done));
  }
  void SetGuarded(const std::string&, const std::string&, const std::string& guard,
                  Callback<void(Status)> done) override {
    inner_->Get(guard, [done = std::move(done)](Result<coord::Node> node) mutable {
      done(node.status());
    });
  }
  void Children(const std::string& path,
                Callback<void(Result<std::vector<std::string>>)> done) override {
    inner_->Children(path, std::move(done));
  }
  void Exists(const std::string& path, Callback<void()> watch,
              Callback<void(Result<coord::NodeStat>)> done) override {
    inner_->Exists(path, std::move(watch), std::move(done));
  }
  void Delete(const std::string& path, Callback<void(Status)> done) override {
    inner_->Delete(path, std::move(done));
  }
  coord::SessionState state() const override { return inner_->state(); }
  coord::SessionId session() const override { return inner_->session(); }
  Duration timeout() const override { return inner_->timeout(); }

 private:
  std::unique_ptr<coord::Coordinator> inner_;
};

class Reading final : public coord::Coordination {
 public:
  explicit Reading(coord::Coordination& inner) : inner_(inner) {}
  Result<std::unique_ptr<coord::Coordinator>> Open(
      const coord::SessionOptions& options,
      Callback<void(coord::SessionState)> changed) override {
    ASSIGN_OR_RETURN(std::unique_ptr<coord::Coordinator> session,
                     inner_.Open(options, std::move(changed)));
    return std::unique_ptr<coord::Coordinator>(
        std::make_unique<ReadingSession>(std::move(session)));
  }

 private:
  coord::Coordination& inner_;
};

TEST(ElectionSimulation, FindsTwoLeasesWhenConfirmationsAreReads) {
  std::string what;
  const uint64_t bad = FirstBad(1, 5000, [](coord::Coordination& inner) {
    return std::make_unique<Reading>(inner);
  }, false, &what);
  EXPECT_NE(bad, 0u);
  EXPECT_EQ(what, "two leases");
}

}  // namespace
}  // namespace alluxio::election
