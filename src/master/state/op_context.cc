#include "master/state/op_context.h"

namespace alluxio::master {

namespace {
// Compared by text: the sentinel never meets a message of another origin.
constexpr std::string_view kWouldBlock = "master: would block, run again where waiting is allowed";
}  // namespace

Status WouldBlock() {
  static const Status sentinel = Aborted(std::string(kWouldBlock));
  return sentinel;
}

bool IsWouldBlock(const Status& status) {
  return status.Is(StatusCode::kAborted) && status.message() == kWouldBlock;
}

const Result<GroupList>& OpContext::Groups() {
  static const GroupList none = std::make_shared<const std::vector<std::string>>();
  if (!groups_) {
    groups_ = options_.groups_of ? options_.groups_of(options_.user) : Result<GroupList>(none);
  }
  return *groups_;
}

Duration OpContext::TimeLeft(Duration most) const {
  if (!options_.deadline) return most;
  Duration left = *options_.deadline - options_.clock->Monotonic();
  return std::clamp(left, Duration::zero(), most);
}

Status OpContext::CheckAlive() const {
  if (cancelled()) return Cancelled("operation: the caller went away");
  if (options_.deadline && options_.clock->Monotonic() >= *options_.deadline) {
    return DeadlineExceeded("operation: the caller's deadline passed");
  }
  return OkStatus();
}

}  // namespace alluxio::master
