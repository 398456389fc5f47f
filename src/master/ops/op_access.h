// OpAccess: the permission checks of one operation, on inodes under the caller's tree lock.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "master/access/permission_checker.h"
#include "master/ops/fs_parts.h"
#include "master/state/op_context.h"
#include "master/tree/inode_tree.h"

namespace alluxio::master {

class OpAccess {
 public:
  // Finds the caller's groups, which may be slow: hold no lock. A chore passes `trusted`: every
  // check passes and new inodes belong to the root's owner.
  OpAccess(const FsParts& parts, OpContext& context, bool trusted = false);

  // Everything below needs the tree lock, at least shared. Who asks about a walk has seen it: the
  // answer, also when it is an error, waits until what was seen is durable.
  const Identity& identity();
  // EXECUTE on the ancestors that exist, without looking at the target.
  Status CheckTraverse(const WalkResult& walk);
  // EXECUTE on the ancestors, `bits` on the target. The target exists.
  Status CheckTarget(const WalkResult& walk, Bits bits);
  // EXECUTE on the way to, and `bits` on, the parent of the target, or on the deepest inode that
  // exists when more is missing. The root is its own parent.
  Status CheckParent(const WalkResult& walk, Bits bits);
  Status CheckOwner(const WalkResult& walk);
  Status CheckInode(InodeView inode, std::string_view path, Bits bits);
  Status CheckInodeOwner(InodeView inode, std::string_view path);

 private:
  Status CheckChain(const WalkResult& walk, size_t count, Bits bits);

  const FsParts& parts_;
  OpContext& context_;
  const bool trusted_;
  GroupList groups_;  // until identity_ has them; null = none
  std::optional<Identity> identity_;
};

}  // namespace alluxio::master
