#include "master/chores/chores_fixture.h"

namespace alluxio::master {
namespace {

constexpr int64_t kHourMs = 3600 * 1000;

class DailyBackupTest : public ChoresFixture {
 protected:
  DailyBackupTest() {
    settings_.daily_backup_enabled = true;
    settings_.daily_backup_minute = 5 * 60;
    parts_.daily_backup = [this](int keep) {
      ++taken_;
      kept_ = keep;
      return outcome_;
    };
  }
  void Tick() { TakeDailyBackup(parts_, settings_, memory_); }
  // To `hour` o'clock of the day after today.
  void GoToTomorrow(int hour) {
    int64_t now = master_->clock.NowMs();
    int64_t tomorrow = (now / (24 * kHourMs) + 1) * 24 * kHourMs + hour * kHourMs;
    master_->clock.Advance(std::chrono::milliseconds(tomorrow - now));
  }

  int taken_ = 0;
  int kept_ = 0;
  Status outcome_;
};

TEST_F(DailyBackupTest, OnceADayAtItsTimeWhateverBecameOfTheLast) {
  GoToTomorrow(4);
  Tick();
  Tick();
  EXPECT_EQ(taken_, 0);
  master_->clock.Advance(std::chrono::hours(1));
  outcome_ = Unavailable("the store is away");
  Tick();
  EXPECT_EQ(taken_, 1);
  EXPECT_EQ(kept_, 3);
  Tick();
  master_->clock.Advance(std::chrono::hours(23));
  Tick();
  EXPECT_EQ(taken_, 1);
  master_->clock.Advance(std::chrono::hours(1));
  Tick();
  EXPECT_EQ(taken_, 2);
}

TEST_F(DailyBackupTest, NotAtOnceWhenTheTimeOfTodayIsOver) {
  GoToTomorrow(6);
  Tick();
  master_->clock.Advance(std::chrono::hours(22));
  Tick();
  EXPECT_EQ(taken_, 0);
  master_->clock.Advance(std::chrono::hours(1));
  Tick();
  EXPECT_EQ(taken_, 1);
}

TEST_F(DailyBackupTest, ChangedTimesAndTurningOffCountFromTheNextLook) {
  GoToTomorrow(4);
  Tick();
  settings_.daily_backup_minute = 4 * 60 + 30;
  Tick();
  master_->clock.Advance(std::chrono::minutes(30));
  Tick();
  EXPECT_EQ(taken_, 1);
  settings_.daily_backup_enabled = false;
  master_->clock.Advance(std::chrono::hours(48));
  Tick();
  EXPECT_EQ(taken_, 1);
  settings_.daily_backup_enabled = true;
  Tick();
  EXPECT_EQ(taken_, 1) << "the days without are not made up for";
  master_->clock.Advance(std::chrono::hours(24));
  Tick();
  EXPECT_EQ(taken_, 2);
}

TEST_F(DailyBackupTest, AClockThatWasSetBackIsFollowed) {
  GoToTomorrow(4);
  Tick();
  memory_.next_backup_ms = master_->clock.NowMs() + 30 * 24 * kHourMs;
  Tick();
  EXPECT_EQ(taken_, 0);
  master_->clock.Advance(std::chrono::hours(1));
  Tick();
  EXPECT_EQ(taken_, 1);
}

TEST(MinuteOfDayTest, HoursAndMinutesOrAnError) {
  EXPECT_EQ(MinuteOfDay("05:00").value(), 300);
  EXPECT_EQ(MinuteOfDay("5:07").value(), 307);
  EXPECT_EQ(MinuteOfDay("23:59").value(), 23 * 60 + 59);
  EXPECT_EQ(MinuteOfDay("0:00").value(), 0);
  for (const char* bad : {"", ":", "5", "5:0", "24:00", "5:60", "-1:00", "+1:00", "5:-1", " 5:00",
                          "5:00 ", "005:00", "5:00:00", "five", "5;00"}) {
    EXPECT_EQ(MinuteOfDay(bad).status().code(), StatusCode::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace alluxio::master
