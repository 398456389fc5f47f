#include "master/service/config_updates.h"

#include <algorithm>
#include <iterator>

#include "base/log.h"
#include "conf/key.h"
#include "master/chores/chores.h"

namespace alluxio::master {
namespace {

constexpr char kEnabled[] = "alluxio.conf.dynamic.update.enabled";

constexpr char kBackupTime[] = "alluxio.master.daily.backup.time";

// Sorted. What ChoreSettingsOf() and the backups read: whoever adds a name makes it read again.
constexpr std::string_view kReadAgain[] = {
    "alluxio.master.backup.directory",
    "alluxio.master.daily.backup.enabled",
    "alluxio.master.daily.backup.files.retained",
    "alluxio.master.daily.backup.time",
    "alluxio.master.journal.checkpoint.period.entries",
    "alluxio.master.lost.worker.detection.interval",
    "alluxio.master.lost.worker.file.detection.interval",
    "alluxio.master.periodic.block.integrity.check.interval",
    "alluxio.master.periodic.block.integrity.check.repair",
    "alluxio.master.persistence.scheduler.interval",
    "alluxio.master.ttl.checker.interval",
    "alluxio.underfs.cleanup.enabled",
    "alluxio.underfs.cleanup.interval"};

}  // namespace

ConfigUpdates::ConfigUpdates(const conf::Configuration& start, const Clock& clock)
    : clock_(clock),
      enabled_(start.GetBool(kEnabled)),
      live_(start),
      updated_ms_(clock.NowMs()) {}

void ConfigUpdates::SetListener(Listener listener) {
  MutexLock lock(mutex_);
  listener_ = std::move(listener);
}

bool ConfigUpdates::IsReadAgain(std::string_view name) {
  return std::binary_search(std::begin(kReadAgain), std::end(kReadAgain), name);
}

Status ConfigUpdates::Take(const std::string& name, const std::string& value) {
  if (!enabled_) return FailedPrecondition(std::string(kEnabled) + " is false");
  const conf::Key* key = conf::FindKey(name);
  if (key == nullptr) return NotFound("no property has this name");
  if (!conf::ReachesClients(key->scope) || !key->name.starts_with("alluxio.user.")) {
    if (!IsReadAgain(key->name)) {
      return FailedPrecondition("it is read when a server starts, and not again");
    }
  }
  if (key->name == kBackupTime) RETURN_IF_ERROR(MinuteOfDay(value).status());
  return live_.Update(name, value);
}

std::map<std::string, bool> ConfigUpdates::Update(
    const std::map<std::string, std::string>& properties) {
  std::map<std::string, bool> taken;
  MutexLock lock(mutex_);
  bool read_again = false;
  for (const auto& [name, value] : properties) {
    std::string before = live_.Get()->FindRaw(name).value_or("");
    Status status = Take(name, value);
    taken[name] = status.ok();
    if (status.ok()) {
      bool secret = conf::FindKey(name)->secret;
      LOG_INFO("master: property changed name={} value={} before={}", name,
               secret ? conf::kMaskedValue : value, secret ? conf::kMaskedValue : before);
      updated_ms_.store(clock_.NowMs());
      read_again |= IsReadAgain(conf::CanonicalName(name));
    } else {
      LOG_WARN("master: property not changed name={} reason={}", name, status.message());
    }
  }
  if (read_again && listener_) listener_(*live_.Get());
  return taken;
}

}  // namespace alluxio::master
