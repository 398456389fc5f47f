// ConfigUpdates: properties that an operator changes while the master runs
// (alluxio.conf.dynamic.update.enabled, "fsadmin updateConf").
//
// Only what has an effect without a restart is taken: what clients get from the master, and what
// the master's periodic work reads. Held in memory, gone with the process, as in 2.9. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "conf/live_configuration.h"
#include "env/clock.h"

namespace alluxio::master {

class ConfigUpdates {
 public:
  // Called when something that the master itself reads has changed. Must not block.
  using Listener = std::function<void(const conf::Configuration&)>;

  // `clock` outlives this.
  ConfigUpdates(const conf::Configuration& start, const Clock& clock);

  std::shared_ptr<const conf::Configuration> Now() const { return live_.Get(); }
  int64_t updated_ms() const { return updated_ms_.load(); }
  void SetListener(Listener listener) EXCLUDES(mutex_);

  // By name: whether it was taken. What was not is in the log, with the reason.
  std::map<std::string, bool> Update(const std::map<std::string, std::string>& properties)
      EXCLUDES(mutex_);

  // Whether the master itself looks at this name again while it runs.
  static bool IsReadAgain(std::string_view name);

 private:
  Status Take(const std::string& name, const std::string& value);

  const Clock& clock_;
  const bool enabled_;
  conf::LiveConfiguration live_;
  std::atomic<int64_t> updated_ms_;
  Mutex mutex_{LockRank::kProcess};  // one update at a time, listener included
  Listener listener_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::master
