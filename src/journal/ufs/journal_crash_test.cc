// Power is cut at every change of the disk, many lives long. Judged by two rules: what was
// acknowledged is there, and what is there was appended, in order, without holes.
#include <atomic>

#include "base/log.h"
#include "journal/ufs/journal_test_world.h"

namespace alluxio::journal {
namespace {

struct History {
  std::vector<int64_t> appended[3];  // by component, over all lives
  size_t acknowledged[3] = {};       // so many of them were promised
};

class JournalCrashTest : public ::testing::TestWithParam<uint64_t> {};

// One life: appends until power is cut after `changes`, now and then a checkpoint.
void Live(JournalLife& life, CrashDisk& disk, Rng& rng, uint64_t changes, int64_t* next_id,
          History* history) {
  disk.CutPowerAfter(changes);
  for (int i = 0; i < 60 && !disk.power_is_off(); ++i) {
    Component component = kComponents[rng.Below(3)];
    size_t index = static_cast<size_t>(component);
    Position last = 0;
    for (uint64_t n = 0; n <= rng.Below(4); ++n) {
      history->appended[index].push_back(*next_id);
      last = life.Add(component, (*next_id)++);
    }
    size_t promised = history->appended[index].size();
    if (life.journal->WaitDurable(last).ok()) history->acknowledged[index] = promised;
    if (rng.Below(15) == 0 && !disk.power_is_off()) {
      LogIfError(life.Checkpoint(), "crash test: power may be off");
    }
  }
}

// Compares what a new life found with the history, which becomes what was found.
void Judge(JournalLife& life, History* history, const std::string& what) {
  ASSERT_TRUE(life.recovered.ok()) << what << ": " << life.recovered.status();
  for (Component component : kComponents) {
    size_t index = static_cast<size_t>(component);
    const std::vector<int64_t>& found = life.machine(component).ids;
    std::vector<int64_t>& appended = history->appended[index];
    ASSERT_GE(found.size(), history->acknowledged[index]) << what << ": acknowledged and lost";
    ASSERT_LE(found.size(), appended.size()) << what;
    appended.resize(found.size());
    ASSERT_EQ(found, appended) << what;
    history->acknowledged[index] = found.size();  // a life that saw them makes them count
  }
}

TEST_P(JournalCrashTest, NothingAcknowledgedIsEverLost) {
  uint64_t seed = GetParam();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  std::unique_ptr<Rng> disk_rng = Rng::Seeded(seed + 1'000'000);  // the flusher draws from it
  CrashDisk disk(*disk_rng);
  auto ufs = ufs::LocalUfs::Open("/journal", {.disk = &disk, .rng = disk_rng.get()});
  ASSERT_TRUE(FormatJournal(*ufs, Clock::Real()).ok());
  History history;
  int64_t next_id = 0;
  UfsJournalOptions options{.log_size_bytes_max = 400, .flush_timeout = 0ms,
                            .retry_interval = 0ms, .rng = disk_rng.get()};
  for (int life_number = 0; life_number < 12; ++life_number) {
    std::string what = fmt::format("life {}", life_number);
    // Recovery itself is cut too, every other time.
    if (life_number % 2 == 1) {
      disk.CutPowerAfter(rng->Below(12));
      { JournalLife cut(ufs, options); }
      disk.LosePower();
    }
    auto life = std::make_unique<JournalLife>(ufs, options);
    ASSERT_NO_FATAL_FAILURE(Judge(*life, &history, what));
    if (rng->Below(3) == 0) disk.FailSync(rng->Below(20), FromErrno(EIO, "disk"));
    if (rng->Below(3) == 0) disk.FailAppend(rng->Below(20), FromErrno(ENOSPC, "disk"));
    Live(*life, disk, *rng, rng->Below(150), &next_id, &history);
    if (rng->Below(4) == 0) LogIfError(life->journal->Close(), "crash test: power may be off");
    disk.CutPowerAfter(0);  // a dead process does not close its journal
    life.reset();
    if (rng->Below(4) == 0) {
      disk.EndProcess();
    } else {
      disk.LosePower();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, JournalCrashTest, ::testing::Range<uint64_t>(1, 41));

}  // namespace
}  // namespace alluxio::journal
