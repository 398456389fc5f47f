#include "master/chores/chores.h"

#include "env/clock.h"
#include "master/state/op_context.h"
#include "master/state/serving_gate.h"

namespace alluxio::master {

OpContextOptions ChoreContext(const Clock& clock) {
  OpContextOptions options;
  options.clock = &clock;
  options.may_block = true;
  return options;
}

Chores::Chores(const ChoreParts& parts, const ChoreSettings& settings)
    : parts_(parts), settings_(settings) {
  memory_.last_checkpoint = parts_.clock->Monotonic();
#define CHORE(name, interval, tick)                                                       \
  if (settings_.interval > Duration::zero()) {                                            \
    tasks_.push_back(std::make_unique<PeriodicTask>(name, settings_.interval, [this] {    \
      if (parts_.gate->serving()) tick(parts_, settings_, memory_);                       \
    }));                                                                                  \
  }
#include "master/chores/chores.def"
#undef CHORE
}

Chores::~Chores() = default;

}  // namespace alluxio::master
