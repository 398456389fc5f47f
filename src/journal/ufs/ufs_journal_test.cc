#include "journal/ufs/ufs_journal.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "base/mutex.h"
#include "journal/frame.h"
#include "journal/ufs/journal_names.h"
#include "journal/ufs/journal_test_world.h"

namespace alluxio::journal {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr char kLogs[] = "BlockMaster/v1/logs";

class UfsJournalTest : public JournalTest {
 protected:
  // One completed log of `count` entries, every entry a flush of its own.
  void WriteCompleted(int count) {
    auto life = Start();
    ASSERT_TRUE(life->recovered.ok()) << life->recovered.status();
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 100 + i)).ok());
    }
    ASSERT_TRUE(life->journal->Close().ok());
  }
  Status Recovered() { return Start()->recovered.status(); }
};

TEST_F(UfsJournalTest, AFolderThatIsNotFormattedIsRefused) {
  ASSERT_TRUE(ufs_->DeleteDirectory("MetaMaster", true).ok());
  Status status = Recovered();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("/journal/MetaMaster has not been formatted"));
  auto missing = ufs::LocalUfs::Open("/nowhere", {.disk = &disk_, .rng = rng_.get()});
  EXPECT_EQ(JournalLife(missing).recovered.status().code(), StatusCode::kFailedPrecondition);
}

// A Java 2.9 master refuses a folder in which one of its components has no marker.
TEST_F(UfsJournalTest, FormatMarksEveryComponentThatAJavaMasterLooksFor) {
  for (const char* component : {"BlockMaster", "FileSystemMaster", "JournalMaster", "MetaMaster",
                                "MetricsMaster", "TableMaster", "ThrottleMaster"}) {
    EXPECT_EQ(CheckFormatted(*ufs_, component).code(), StatusCode::kOk) << component;
  }
}

TEST_F(UfsJournalTest, OtherVersionsAreRefusedByName) {
  ASSERT_TRUE(ufs_->MakeDirectory("BlockMaster/v2", {.mode = Mode{0755}}).ok());
  EXPECT_THAT(Recovered().message(), HasSubstr("version v2"));
  ASSERT_TRUE(ufs_->DeleteDirectory("BlockMaster/v2", true).ok());
  ASSERT_TRUE(ufs_->MakeDirectory("BlockMaster/v0", {.mode = Mode{0755}}).ok());
  EXPECT_TRUE(Recovered().ok()) << "an upgrade leaves v0 beside v1";
}

TEST_F(UfsJournalTest, ASecondOwnerIsRefused) {
  auto life = Start();
  ASSERT_TRUE(life->recovered.ok());
  Status status = Recovered();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("another master"));
  EXPECT_EQ(FormatJournal(*ufs_, Clock::Real()).code(), StatusCode::kFailedPrecondition);
  ASSERT_TRUE(life->journal->Close().ok());
  EXPECT_TRUE(Recovered().ok());
}

TEST_F(UfsJournalTest, EveryFlippedBitOfACompletedLogIsDataLossWithPlace) {
  WriteCompleted(3);
  std::string key = std::string(kLogs) + "/0x0-0x3";
  std::string good = ReadFile(key);
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    disk_.FlipBit("/journal/" + key, bit);
    Status status = Recovered();
    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << "bit " << bit;
    EXPECT_THAT(status.message(), AllOf(HasSubstr(key), HasSubstr("offset ")));
    disk_.FlipBit("/journal/" + key, bit);
  }
  EXPECT_TRUE(Recovered().ok());
}

TEST_F(UfsJournalTest, ACompletedLogCutAnywhereIsDataLoss) {
  WriteCompleted(3);
  std::string key = std::string(kLogs) + "/0x0-0x3";
  std::string good = ReadFile(key);
  for (size_t size = 0; size < good.size(); ++size) {
    WriteFile(key, good.substr(0, size));
    EXPECT_EQ(Recovered().code(), StatusCode::kDataLoss) << size;
  }
  WriteFile(key, good + "whatever an old writer added");
  EXPECT_TRUE(Recovered().ok());
}

TEST_F(UfsJournalTest, AnOpenLogMayBeCutAnywhere) {
  WriteCompleted(3);
  std::string completed = std::string(kLogs) + "/0x0-0x3";
  std::string good = ReadFile(completed);
  size_t frame = good.size() / 3;
  for (size_t size = 0; size <= good.size(); ++size) {
    for (const std::string& junk :
         {std::string(), std::string(50, '\0'), std::string("\xff\xff")}) {
      Format();
      WriteFile(std::string(kLogs) + "/0x0-0x7fffffffffffffff", good.substr(0, size) + junk);
      auto life = Start();
      ASSERT_TRUE(life->recovered.ok()) << life->recovered.status() << " size " << size;
      EXPECT_EQ(life->block.ids.size(), size / frame)
          << size << " of " << frame << " + " << junk.size();
      // What is appended next continues behind the last good entry.
      Position position = life->Add(Component::kBlock, 7);
      ASSERT_TRUE(life->journal->WaitDurable(position).ok());
      std::vector<int64_t> expected = life->block.ids;
      life.reset();
      auto again = Start();
      ASSERT_TRUE(again->recovered.ok()) << again->recovered.status();
      EXPECT_EQ(again->block.ids, expected);
    }
  }
}

// Zeros are room for entries that were never written at the end of an open log, and nowhere else.
TEST_F(UfsJournalTest, ZerosInPlaceOfEntriesOfACompletedLogAreDataLoss) {
  WriteCompleted(3);
  std::string key = std::string(kLogs) + "/0x0-0x3";
  std::string good = ReadFile(key);
  size_t frame = good.size() / 3;
  WriteFile(key, good.substr(0, 2 * frame) + std::string(frame + 100, '\0'));
  Status status = Recovered();
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), AllOf(HasSubstr(key + ": offset " + std::to_string(2 * frame)),
                                      HasSubstr("zeros"), HasSubstr("entries 2 to 2")));
  WriteFile(key, good + std::string(100, '\0'));
  EXPECT_TRUE(Recovered().ok()) << "what is behind its end is not part of the journal";
}

TEST_F(UfsJournalTest, ZerosBeforeALaterFlushOfAnOpenLogAreDataLoss) {
  WriteCompleted(3);
  std::string good = ReadFile(std::string(kLogs) + "/0x0-0x3");
  size_t frame = good.size() / 3;
  Format();
  std::string open = std::string(kLogs) + "/0x0-0x7fffffffffffffff";
  WriteFile(open, good.substr(0, frame) + std::string(frame, '\0') + good.substr(2 * frame));
  Status status = Recovered();
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), AllOf(HasSubstr(open + ": offset " + std::to_string(frame)),
                                      HasSubstr("later entries")));
}

TEST_F(UfsJournalTest, AnOpenLogGetsRoomOnceEntriesInItAreDurable) {
  auto life = Start();
  std::string open = std::string(kLogs) + "/0x0-0x7fffffffffffffff";
  ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 1)).ok());
  size_t frame = ReadFile(open).size();
  EXPECT_LT(frame, 100u) << "a Java master takes zeros in place of entry 0 for an entry";
  for (int id : {2, 3, 4}) {
    ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, id)).ok());
    std::string bytes = ReadFile(open);
    EXPECT_EQ(bytes.size(), 2 * frame + (1 << 20)) << id;
    EXPECT_EQ(bytes.find_last_not_of('\0') / frame, static_cast<size_t>(id - 1));
  }
  disk_.CutPowerAfter(0);  // a dead process does not close its log
  life.reset();
  disk_.EndProcess();
  auto again = Start();
  ASSERT_TRUE(again->recovered.ok()) << again->recovered.status();
  EXPECT_THAT(again->block.ids, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(ReadFile(std::string(kLogs) + "/0x0-0x4").size(), 4 * frame);
  ASSERT_TRUE(again->journal->WaitDurable(again->Add(Component::kBlock, 5)).ok());
  ASSERT_TRUE(again->journal->WaitDurable(again->Add(Component::kBlock, 6)).ok());
  ASSERT_TRUE(again->journal->Close().ok());
  EXPECT_EQ(ReadFile(std::string(kLogs) + "/0x4-0x6").size(), 2 * frame) << "closing cuts it off";
}

TEST_F(UfsJournalTest, RoomIsNotMadeBeyondTheSizeOfALog) {
  auto life = Start({.log_size_bytes_max = 300});
  for (int id : {1, 2}) {
    ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, id)).ok());
  }
  EXPECT_EQ(ReadFile(std::string(kLogs) + "/0x0-0x7fffffffffffffff").size(), 300u);
}

// What room takes is there for entries, of another component too.
TEST_F(UfsJournalTest, RoomNeverCostsAnEntryThatFits) {
  auto life = Start({.retry_interval = 1ms});
  disk_.SetFreeBytes((1 << 20) + 500);
  for (int id : {1, 2, 3}) {
    ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kFileSystem, id)).ok());
  }
  for (int id = 0; id < 1000; ++id) {  // far more than the 500 bytes that room left
    ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, id)).ok());
  }
  ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kFileSystem, 4)).ok());
  ASSERT_TRUE(life->journal->Close().ok());
  life.reset();
  auto again = Start();
  ASSERT_TRUE(again->recovered.ok()) << again->recovered.status();
  EXPECT_THAT(again->fs.ids, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(again->block.ids.size(), 1000u);
}

TEST_F(UfsJournalTest, ADiskWithoutRoomTakesEntriesAllTheSame) {
  auto life = Start({.retry_interval = 1ms});
  disk_.SetFreeBytes(1000);  // less than the room of a log
  for (int id = 0; id < 20; ++id) {
    ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, id)).ok());
  }
  EXPECT_LT(ReadFile(std::string(kLogs) + "/0x0-0x7fffffffffffffff").size(), 1000u);
}

TEST_F(UfsJournalTest, DamageBeforeALaterFlushOfAnOpenLogIsDataLoss) {
  WriteCompleted(3);
  std::string completed = std::string(kLogs) + "/0x0-0x3";
  std::string good = ReadFile(completed);
  std::string open = std::string(kLogs) + "/0x0-0x7fffffffffffffff";
  size_t frame = good.size() / 3;
  for (size_t byte = 0; byte < 2 * frame; ++byte) {
    Format();
    std::string damaged = good;
    damaged[byte] = static_cast<char>(damaged[byte] ^ 0x10);
    WriteFile(open, damaged);
    Status status = Recovered();
    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << "byte " << byte;
    EXPECT_THAT(status.message(), HasSubstr(open));
  }
}

TEST_F(UfsJournalTest, MissingEntriesAreDataLoss) {
  WriteCompleted(2);
  WriteCompleted(2);
  WriteCompleted(2);
  ASSERT_TRUE(ufs_->DeleteFile(std::string(kLogs) + "/0x2-0x4").ok());
  Status status = Recovered();
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("entries 2 to 3 before it are missing"));
}

TEST_F(UfsJournalTest, DuplicateRangesAndForeignNamesAreSkipped) {
  WriteCompleted(2);
  WriteCompleted(3);
  std::string first = ReadFile(std::string(kLogs) + "/0x0-0x2");
  std::string second = ReadFile(std::string(kLogs) + "/0x2-0x5");
  WriteFile(std::string(kLogs) + "/0x0-0x5", first + second);
  WriteFile(std::string(kLogs) + "/0x0-0x7fffffffffffffff", first);
  WriteFile(std::string(kLogs) + "/README", "x");
  WriteFile(std::string(kLogs) + "/0x0-0x2-0x3", "x");
  WriteFile(std::string(kLogs) + "/0x5-0x6.tmp", "x");
  auto life = Start();
  ASSERT_TRUE(life->recovered.ok()) << life->recovered.status();
  EXPECT_THAT(life->block.ids, ElementsAre(100, 101, 100, 101, 102));
  EXPECT_EQ(life->journal->NextSequenceNumber(Component::kBlock), 5);
}

TEST_F(UfsJournalTest, ReadsWhatJavaWrote) {
  std::string java("\x06\x08\x00\xea\x01\x02\x08\x05", 8);
  java.replace(0, 1, std::string(1, '\x07'));
  WriteFile(std::string(kLogs) + "/0x0-0x7fffffffffffffff", java);
  auto life = Start();
  ASSERT_TRUE(life->recovered.ok()) << life->recovered.status();
  EXPECT_THAT(life->block.ids, ElementsAre(5));
  EXPECT_THAT(Keys(kLogs), ElementsAre("BlockMaster/v1/logs/0x0-0x1"));
}

TEST_F(UfsJournalTest, AnEntryTheMachineRefusesIsNamed) {
  JournalEntry entry;
  entry.mutable_cluster_info()->set_cluster_id("x");
  auto life = Start();
  Position position = life->journal->Append(Component::kBlock, entry);
  ASSERT_TRUE(life->journal->WaitDurable(position).ok());
  life.reset();
  Status status = Recovered();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("0x0-0x1: offset 0"));
}

TEST_F(UfsJournalTest, AFailedSyncLosesNothingThatWasOrIsAcknowledged) {
  auto life = Start({.retry_interval = 1ms});
  ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 1)).ok());
  disk_.FailSync(0, FromErrno(EIO, "disk"));
  ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 2)).ok());
  ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 3)).ok());
  EXPECT_THAT(Keys(kLogs), UnorderedElementsAre("BlockMaster/v1/logs/0x0-0x1",
                                                "BlockMaster/v1/logs/0x1-0x7fffffffffffffff"));
  disk_.CutPowerAfter(0);
  life.reset();
  disk_.LosePower();
  auto again = Start();
  ASSERT_TRUE(again->recovered.ok()) << again->recovered.status();
  EXPECT_THAT(again->block.ids, ElementsAre(1, 2, 3));
}

TEST_F(UfsJournalTest, AFullDiskIsWaitedFor) {
  auto life = Start({.retry_interval = 1ms});
  ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, 1)).ok());
  disk_.SetFull(true);
  std::promise<Status> told;
  life->journal->WhenDurable(life->Add(Component::kBlock, 2),
                             [&](Status status) { told.set_value(status); });
  std::future<Status> future = told.get_future();
  EXPECT_EQ(future.wait_for(20ms), std::future_status::timeout);
  disk_.SetFull(false);
  EXPECT_TRUE(future.get().ok());
  life.reset();
  auto again = Start();
  ASSERT_TRUE(again->recovered.ok()) << again->recovered.status();
  EXPECT_THAT(again->block.ids, ElementsAre(1, 2));
}

TEST_F(UfsJournalTest, AfterTheTimeoutEverybodyIsToldOnce) {
  std::promise<Status> fatal;
  UfsJournalOptions options{.flush_timeout = 5ms, .retry_interval = 1ms};
  options.on_fatal = [&](const Status& status) { fatal.set_value(status); };
  auto life = Start(options);
  Position first = life->Add(Component::kBlock, 1);
  ASSERT_TRUE(life->journal->WaitDurable(first).ok());
  disk_.SetFull(true);
  Position second = life->Add(Component::kBlock, 2);
  EXPECT_EQ(life->journal->WaitDurable(second).code(), StatusCode::kUnavailable);
  EXPECT_EQ(fatal.get_future().get().code(), StatusCode::kUnavailable);
  EXPECT_EQ(life->journal->WaitDurable(life->Add(Component::kMeta, 3)).code(),
            StatusCode::kUnavailable);
  EXPECT_TRUE(life->journal->WaitDurable(first).ok());
  EXPECT_EQ(life->journal->Close().code(), StatusCode::kUnavailable);
}

TEST_F(UfsJournalTest, TheQueueHasALimit) {
  auto life = Start({.retry_interval = 1ms, .queue_limit_bytes = 100});
  EXPECT_TRUE(life->journal->WouldAdmit());
  disk_.SetFull(true);
  Position last = 0;
  for (int i = 0; i < 20; ++i) last = life->Add(Component::kBlock, i);
  EXPECT_FALSE(life->journal->WouldAdmit());
  disk_.SetFull(false);
  ASSERT_TRUE(life->journal->WaitDurable(last).ok());
  EXPECT_TRUE(life->journal->WouldAdmit());
}

TEST_F(UfsJournalTest, LogsAreNamedAsJavaNamesThemAndRotate) {
  auto life = Start({.log_size_bytes_max = 1});
  ASSERT_TRUE(life->recovered.ok());
  EXPECT_TRUE(Keys(kLogs).empty()) << "nothing is written before the first entry";
  for (int i = 0; i < 17; ++i) {
    ASSERT_TRUE(life->journal->WaitDurable(life->Add(Component::kBlock, i)).ok());
  }
  std::vector<std::string> keys = Keys(kLogs);
  EXPECT_THAT(keys, ::testing::Contains("BlockMaster/v1/logs/0x9-0xa"));
  EXPECT_THAT(keys, ::testing::Contains("BlockMaster/v1/logs/0x10-0x7fffffffffffffff"));
  ASSERT_TRUE(life->journal->Close().ok());
  EXPECT_THAT(Keys(kLogs), ::testing::Contains("BlockMaster/v1/logs/0x10-0x11"));
  life.reset();
  auto again = Start();
  EXPECT_EQ(again->block.ids.size(), 17u);
  EXPECT_EQ(again->recovered->entries, 17u);
}

TEST_F(UfsJournalTest, WaitersThatHadToWaitRunInOrderOfPosition) {
  auto life = Start();
  Mutex mutex;
  std::vector<Position> order;  // of those that did not run at once
  int ran = 0;
  Position last = 0;
  const std::thread::id caller = std::this_thread::get_id();
  for (int i = 0; i < 1000; ++i) {
    last = life->Add(i % 2 == 0 ? Component::kFileSystem : Component::kBlock, i);
    life->journal->WhenDurable(last, [&, last](Status) {
      MutexLock lock(mutex);
      ++ran;
      if (std::this_thread::get_id() != caller) order.push_back(last);
    });
  }
  ASSERT_TRUE(life->journal->Close().ok());
  MutexLock lock(mutex);
  EXPECT_EQ(ran, 1000);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(life->journal->durable(), last);
}

}  // namespace
}  // namespace alluxio::journal
