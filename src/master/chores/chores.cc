#include "master/chores/chores.h"

#include "env/clock.h"
#include "master/state/op_context.h"
#include "master/state/serving_gate.h"

namespace alluxio::master {
namespace {

// A chore that is turned off waits until it is turned on.
Duration Pause(Duration interval) {
  return interval > Duration::zero() ? interval : Duration(std::chrono::hours(24 * 365 * 10));
}

}  // namespace

OpContextOptions ChoreContext(const Clock& clock) {
  OpContextOptions options;
  options.clock = &clock;
  options.may_block = true;
  return options;
}

Chores::Chores(const ChoreParts& parts, const ChoreSettings& settings)
    : parts_(parts), settings_(settings) {
  memory_.last_checkpoint = parts_.clock->Monotonic();
#define CHORE(name, interval, tick)                                                      \
  tasks_.push_back(std::make_unique<PeriodicTask>(name, Pause(settings.interval), [this] { \
    if (parts_.gate->serving()) tick(parts_, Settings(), memory_);                       \
  }));
#include "master/chores/chores.def"
#undef CHORE
}

ChoreSettings Chores::Settings() const {
  MutexLock lock(mutex_);
  return settings_;
}

void Chores::Change(const ChoreSettings& settings) {
  {
    MutexLock lock(mutex_);
    settings_ = settings;
  }
  size_t at = 0;
#define CHORE(name, interval, tick) tasks_[at++]->SetInterval(Pause(settings.interval));
#include "master/chores/chores.def"
#undef CHORE
}

Chores::~Chores() = default;

}  // namespace alluxio::master
