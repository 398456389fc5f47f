// RootSpace: how much room the root under store has, as it was a moment ago: nobody who looks at
// metrics waits for a store. Thread-safe.
#pragma once

#include <functional>
#include <memory>

#include "base/callback.h"
#include "base/mutex.h"
#include "base/result.h"
#include "env/clock.h"
#include "ufs/ufs.h"

namespace alluxio::master {

class RootSpace {
 public:
  using Ask = std::function<Result<ufs::UfsSpace>()>;           // may block
  using Start = std::function<Status(Callback<void()> work)>;  // elsewhere, or not at all
  static constexpr Duration kNewEnough = std::chrono::minutes(1);

  // What `start` runs may outlive this, not what `ask` touches; the clock outlives this.
  RootSpace(Ask ask, Start start, const Clock& clock);

  // What was learned last; -1 for what is not known. Has the store asked when that is older than
  // kNewEnough and nobody asks already.
  ufs::UfsSpace Last();

 private:
  struct Known {
    Mutex mutex{LockRank::kLeaf};
    ufs::UfsSpace space GUARDED_BY(mutex);
    Duration since GUARDED_BY(mutex) = -kNewEnough;
    bool asking GUARDED_BY(mutex) = false;
  };
  const Ask ask_;
  const Start start_;
  const Clock& clock_;
  const std::shared_ptr<Known> known_;  // shared with the work on its way
};

}  // namespace alluxio::master
