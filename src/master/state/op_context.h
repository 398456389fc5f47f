// OpContext: what one operation knows of its call, and what its reply has to wait for.
//
// An operation runs first inline on a transport thread (may_block false); where it would need the
// under store or have to wait for a path lock it returns WouldBlock() before it changed anything,
// and the service runs it again with a fresh context whose may_block is true. Owned by the call;
// used by one thread at a time; only Cancel() may come from others.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "env/clock.h"
#include "journal/journal.h"
#include "model/fs_options.h"

namespace alluxio::master {

// The sentinel an inline run answers with: never leaves the master.
Status WouldBlock();
bool IsWouldBlock(const Status& status);

// Groups of a user, primary first and never null; may be slow, so it is asked at most once an
// operation.
using GroupList = std::shared_ptr<const std::vector<std::string>>;
using GroupsOf = std::function<Result<GroupList>(const std::string& user)>;

struct OpContextOptions {
  std::string user;                         // effective user; "" when authentication is off
  GroupsOf groups_of;                       // empty: nobody has groups
  const Clock* clock = &Clock::Real();      // outlives the context
  bool may_block = false;
  std::optional<OperationId> operation_id;  // the client's id of this operation
  std::optional<Duration> deadline;         // on clock->Monotonic(); none = no limit
};

class OpContext {
 public:
  explicit OpContext(OpContextOptions options) : options_(std::move(options)) {}
  OpContext(const OpContext&) = delete;
  OpContext& operator=(const OpContext&) = delete;

  const std::string& user() const { return options_.user; }
  const Result<GroupList>& Groups();
  const Clock& clock() const { return *options_.clock; }
  int64_t NowMs() const { return options_.clock->NowMs(); }
  bool may_block() const { return options_.may_block; }
  const std::optional<OperationId>& operation_id() const { return options_.operation_id; }
  // Time left before the deadline, never negative; `most` when there is none or more is left.
  Duration TimeLeft(Duration most) const;

  // The reply must not leave before this position is durable. EditContext calls it for edits,
  // reads call it with what they saw (UndurableEdits::PositionOf).
  void SawPosition(journal::Position position) { position_ = std::max(position_, position); }
  journal::Position position() const { return position_; }

  // The caller went away: long operations stop at the next slice.
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  // CANCELLED, DEADLINE_EXCEEDED or OK; ask between slices.
  Status CheckAlive() const;

 private:
  const OpContextOptions options_;
  std::optional<Result<GroupList>> groups_;
  journal::Position position_ = 0;
  std::atomic<bool> cancelled_{false};  // relaxed: only a hint to stop
};

}  // namespace alluxio::master
