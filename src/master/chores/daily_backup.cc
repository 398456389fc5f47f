// A backup a day, at a fixed time (UTC), as alluxio.master.daily.backup.* say.
#include <charconv>

#include "base/log.h"
#include "env/clock.h"
#include "master/chores/chores.h"

namespace alluxio::master {
namespace {

constexpr int64_t kMinuteMs = 60 * 1000;
constexpr int64_t kDayMs = 24 * 60 * kMinuteMs;

// The first time after `now_ms` that is `minute` minutes after midnight.
int64_t NextBackup(int64_t now_ms, int minute) {
  int64_t today = now_ms / kDayMs * kDayMs + minute * kMinuteMs;
  return today > now_ms ? today : today + kDayMs;
}

}  // namespace

Result<int> MinuteOfDay(std::string_view text) {
  int hour = -1, minute = -1;
  size_t colon = text.find(':');
  const char* end = text.data() + text.size();
  bool fits = colon != std::string_view::npos && colon >= 1 && colon <= 2 &&
              text.size() == colon + 3;
  if (fits) {
    auto h = std::from_chars(text.data(), text.data() + colon, hour);
    auto m = std::from_chars(text.data() + colon + 1, end, minute);
    fits = h.ptr == text.data() + colon && m.ptr == end;
  }
  if (!fits || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
    return InvalidArgument("\"" + std::string(text) + "\": a time of day is expected, like 5:00");
  }
  return hour * 60 + minute;
}

void TakeDailyBackup(const ChoreParts& parts, const ChoreSettings& settings, ChoreMemory& memory) {
  if (!settings.daily_backup_enabled) {
    memory.next_backup_ms.reset();
    return;
  }
  int64_t now = parts.clock->NowMs();
  if (!memory.next_backup_ms || memory.backup_minute != settings.daily_backup_minute) {
    memory.next_backup_ms = NextBackup(now, settings.daily_backup_minute);
    memory.backup_minute = settings.daily_backup_minute;
    LOG_INFO("master: daily backup planned in_minutes={}",
             (*memory.next_backup_ms - now) / kMinuteMs);
    return;
  }
  // A clock that was set back must not keep backups away for longer than a day.
  if (now < *memory.next_backup_ms && *memory.next_backup_ms - now <= kDayMs) return;
  bool due = now >= *memory.next_backup_ms;
  memory.next_backup_ms = NextBackup(now, settings.daily_backup_minute);
  if (due) LogIfError(parts.daily_backup(settings.daily_backups_kept), "master: daily backup");
}

}  // namespace alluxio::master
