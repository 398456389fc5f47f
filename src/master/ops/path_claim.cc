#include "master/ops/path_claim.h"

#include "master/ops/store_repairs.h"

namespace alluxio::master {

Status PathClaim::Take() {
  if (!context_.may_block()) return OkStatus();
  if (repairs_ != nullptr) RETURN_IF_ERROR(repairs_->Check(wanted_));
  auto hold = locks_.Acquire(wanted_, context_.TimeLeft(std::chrono::minutes(1)));
  if (!hold.ok()) return hold.status();
  hold_ = std::move(hold).value();
  return OkStatus();
}

Status PathClaim::TakeNow() {
  if (context_.may_block()) return Take();
  hold_ = locks_.TryAcquire(wanted_);
  return hold_ ? OkStatus() : WouldBlock();
}

Status PathClaim::Check() const {
  if (hold_) return OkStatus();
  for (const PathLockRequest& request : wanted_) {
    if (locks_.Blocked(request.path, request.kind)) return WouldBlock();
  }
  return OkStatus();
}

}  // namespace alluxio::master
