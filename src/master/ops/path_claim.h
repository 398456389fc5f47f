// PathClaim: the path locks of one operation, inline or blocking.
//
//   PathClaim claim(parts, context, {{path, PathLockKind::kWrite}});
//   RETURN_IF_ERROR(claim.Take());       // no lock held; inline it does nothing
//   WriterLock lock(tree.lock());
//   RETURN_IF_ERROR(claim.Check());      // inline: WouldBlock() when something is in the way
#pragma once

#include <vector>

#include "master/ops/fs_parts.h"
#include "master/state/op_context.h"
#include "master/tree/path_locks.h"

namespace alluxio::master {

class PathClaim {
 public:
  PathClaim(const FsParts& parts, OpContext& context, std::vector<PathLockRequest> wanted)
      : locks_(*parts.locks),
        repairs_(parts.repairs),
        context_(context),
        wanted_(std::move(wanted)) {}

  // Waits when the context may block. DEADLINE_EXCEEDED after a minute or the call's deadline;
  // UNAVAILABLE at once where an edit that failed half way waits for its under store.
  Status Take();
  // Takes the locks inline too, for work in several slices: WouldBlock() when they are not free.
  Status TakeNow();
  Status Check() const;
  // The locks, for somebody who goes on with the work later.
  PathLockHold GiveAway() { return std::move(hold_); }

 private:
  PathLocks& locks_;
  StoreRepairs* const repairs_;  // may be null
  OpContext& context_;
  std::vector<PathLockRequest> wanted_;
  PathLockHold hold_;
};

}  // namespace alluxio::master
