#include "master/process/root_space.h"

#include <utility>

namespace alluxio::master {

RootSpace::RootSpace(Ask ask, Start start, const Clock& clock)
    : ask_(std::move(ask)),
      start_(std::move(start)),
      clock_(clock),
      known_(std::make_shared<Known>()) {}

ufs::UfsSpace RootSpace::Last() {
  Duration now = clock_.Monotonic();
  ufs::UfsSpace last;
  {
    MutexLock lock(known_->mutex);
    last = known_->space;
    if (known_->asking || now - known_->since < kNewEnough) return last;
    known_->asking = true;
    known_->since = now;  // a store that cannot tell is not asked more often
  }
  Status started = start_([known = known_, ask = ask_] {
    Result<ufs::UfsSpace> space = ask();
    MutexLock lock(known->mutex);
    known->space = space.ok() ? *space : ufs::UfsSpace{};
    known->asking = false;
  });
  if (started.ok()) return last;
  MutexLock lock(known_->mutex);
  known_->asking = false;
  return last;
}

}  // namespace alluxio::master
