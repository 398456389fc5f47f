// LiveConfiguration: a configuration of which single values change while the process runs.
//
// Who reads it takes a copy that stays as it is; an update makes another one. Thread-safe.
#pragma once

#include <memory>
#include <string_view>

#include "base/mutex.h"
#include "conf/configuration.h"

namespace alluxio::conf {

class LiveConfiguration {
 public:
  explicit LiveConfiguration(const Configuration& start)
      : now_(std::make_shared<const Configuration>(start)) {}

  std::shared_ptr<const Configuration> Get() const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return now_;
  }

  // INVALID_ARGUMENT, and nothing changed, for a value that does not parse.
  Status Update(std::string_view name, std::string_view value) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    auto next = std::make_shared<Configuration>(*now_);
    RETURN_IF_ERROR(next->Set(name, value));
    now_ = std::move(next);
    return OkStatus();
  }

 private:
  mutable Mutex mutex_{LockRank::kLeaf};
  std::shared_ptr<const Configuration> now_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::conf
