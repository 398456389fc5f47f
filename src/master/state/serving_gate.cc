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

bool ServingGate::TryEnter(Phase phase) {
  Phase from = phase_.load(std::memory_order_acquire);
  do {
    if (!Allowed(from, phase)) return false;
  } while (!phase_.compare_exchange_weak(from, phase, std::memory_order_acq_rel));
  return true;
}

void ServingGate::Enter(Phase phase) {
  CHECK(TryEnter(phase)) << "gate: no step to phase " << static_cast<int>(phase) << " from "
                         << static_cast<int>(this->phase());
}

Status ServingGate::CheckServing() const {
  using enum Phase;
  switch (phase()) {
    case kServing:
      if (lease_->Held()) return OkStatus();
      return Unavailable("master: it cannot tell whether it still is the primary master");
    case kReplaying: return Unavailable("master: still loading its journal");
    case kStandby: return Unavailable("master: this is not the primary master");
    case kStopped: return Unavailable("master: shutting down");
  }
  return OkStatus();
}

}  // namespace alluxio::master
