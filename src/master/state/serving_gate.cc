#include "master/state/serving_gate.h"

#include "base/check.h"

namespace alluxio::master {

namespace {

bool Allowed(ServingGate::Phase from, ServingGate::Phase to) {
  using enum ServingGate::Phase;
  switch (to) {
    case kStopped: return true;
    case kServing: return from == kReplaying || from == kStandby;
    case kStandby: return from == kReplaying || from == kServing;
    case kReplaying: return false;
  }
  return false;
}

}  // namespace

void ServingGate::Enter(Phase phase) {
  Phase from = phase_.load(std::memory_order_acquire);
  do {
    CHECK(Allowed(from, phase)) << "gate: phase " << static_cast<int>(from) << " to "
                                << static_cast<int>(phase);
  } while (!phase_.compare_exchange_weak(from, phase, std::memory_order_acq_rel));
}

Status ServingGate::CheckServing() const {
  using enum Phase;
  switch (phase()) {
    case kServing: return OkStatus();
    case kReplaying: return Unavailable("master: still loading its journal");
    case kStandby: return Unavailable("master: this is not the primary master");
    case kStopped: return Unavailable("master: shutting down");
  }
  return OkStatus();
}

}  // namespace alluxio::master
