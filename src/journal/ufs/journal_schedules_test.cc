// Seeded schedules of several masters on one folder, in the world of journal_sim_test_world.h, and
// what they find when one guard of docs/design/0005 is taken away.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/log.h"
#include "journal/ufs/journal_sim_test_world.h"

namespace alluxio::journal {
namespace {

uint64_t Setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Quiet {
 public:
  Quiet() : before_(GetLogLevel()) { SetLogLevel(LogLevel::kOff); }
  ~Quiet() { SetLogLevel(before_); }

 private:
  const LogLevel before_;
};

// The first seed from `seed` on at which something is wrong.
std::string FirstFailure(uint64_t seed, uint64_t schedules, Mutation mutation, SimCounts* total) {
  for (uint64_t i = 0; i < schedules; ++i) {
    JournalSim sim({.seed = seed + i,
                    .masters = 2 + static_cast<int>((seed + i) % 3), .mutation = mutation});
    std::string wrong = sim.Run();
    if (!wrong.empty()) return "seed " + std::to_string(seed + i) + ": " + wrong;
    total->acknowledged += sim.counts().acknowledged;
    total->takeovers += sim.counts().takeovers;
    total->checkpoints += sim.counts().checkpoints;
    total->diverged += sim.counts().diverged;
    total->power_losses += sim.counts().power_losses;
    total->kills += sim.counts().kills;
  }
  return "";
}

TEST(JournalSimTest, NoScheduleLosesOrForksWhatWasAcknowledged) {
  Quiet quiet;
  uint64_t seed = Setting("SEED", 1);
  uint64_t schedules = Setting("SCHEDULES", 3000);
  SimCounts total;
  std::string wrong = FirstFailure(seed, schedules, Mutation::kNone, &total);
  EXPECT_EQ(wrong, "");
  fmt::print("seed={} schedules={} acknowledged={} takeovers={} checkpoints={} diverged={} "
             "kills={} power_losses={}\n",
             seed, schedules, total.acknowledged, total.takeovers, total.checkpoints,
             total.diverged, total.kills, total.power_losses);
  if (schedules < 1000) return;
  EXPECT_GT(total.takeovers, schedules);
  EXPECT_GT(total.acknowledged, schedules);
  EXPECT_GT(total.checkpoints, 0u);
  EXPECT_GT(total.diverged, 0u);
}

// A standby that was paused at entry 0 read a late takeover log whose name a checkpoint had freed.
TEST(JournalSimTest, ALateLogUnderADroppedNameIsNotRead) {
  Quiet quiet;
  SimCounts total;
  EXPECT_EQ(FirstFailure(120'368, 1, Mutation::kNone, &total), "");
}

// The simulation notices when a guard is gone; else it would prove nothing.
struct MutationCase {
  Mutation mutation = Mutation::kNone;
  uint64_t first_seed = 1;  // some way before one that shows it, to spend little time here
};

class JournalSimMutation : public ::testing::TestWithParam<MutationCase> {};

TEST_P(JournalSimMutation, WithoutThisGuardSomethingIsLostOrForked) {
  Quiet quiet;
  SimCounts total;
  std::string wrong = FirstFailure(GetParam().first_seed, Setting("MUTATION_SCHEDULES", 100'000),
                                   GetParam().mutation, &total);
  EXPECT_NE(wrong, "");
  fmt::print("found at {}\n", wrong);
}

INSTANTIATE_TEST_SUITE_P(Guards, JournalSimMutation,
                         ::testing::Values(MutationCase{Mutation::kNoFence, 1},
                                           MutationCase{Mutation::kNoCheckAfterSync, 1400},
                                           MutationCase{Mutation::kNoTakeoverEntry, 1800},
                                           MutationCase{Mutation::kTakeoverReplaces, 2000},
                                           MutationCase{Mutation::kUnprovenCheckpoint, 11'400}));

}  // namespace
}  // namespace alluxio::journal
