#include "master/ops/op_access.h"

#include <memory>
#include <utility>

#include "base/log.h"

namespace alluxio::master {
namespace {

// `acl` is storage for the list the result points to.
InodeAccess AccessOf(InodeView inode, std::string_view path, ExtendedAcl* acl) {
  InodeAccess access;
  access.path = path;
  access.name = inode.name();
  access.owner = inode.owner();
  access.group = inode.group();
  access.mode = inode.mode();
  if (inode.has_extended_acl()) {
    *acl = inode.extended_acl();
    access.acl = acl;
  }
  return access;
}

}  // namespace

OpAccess::OpAccess(const FsParts& parts, OpContext& context, bool trusted)
    : parts_(parts), context_(context), trusted_(trusted) {
  if (trusted) return;
  const auto& groups = context.Groups();
  if (groups.ok()) {
    groups_ = *groups;
  } else {
    LOG_WARN("user {}: no groups: {}", context.user(), groups.status().ToString());
  }
}

const Identity& OpAccess::identity() {
  if (identity_) return *identity_;
  InodeView root = parts_.tree->root();
  if (trusted_) {
    identity_.emplace();
    identity_->user = root.owner();
    identity_->groups =
        std::make_shared<const std::vector<std::string>>(1, std::string(root.group()));
    identity_->superuser = true;
  } else {
    identity_ = parts_.access->Identify(context_.user(), std::move(groups_), root.owner());
  }
  return *identity_;
}

Status OpAccess::CheckChain(const WalkResult& walk, size_t count, Bits bits) {
  parts_.tree->NoteRead(walk, context_);
  if (identity().superuser) return OkStatus();
  for (size_t i = 0; i < count; ++i) {
    Bits wanted = i + 1 < count ? Bits::kExecute : bits;
    RETURN_IF_ERROR(CheckInode(walk.inodes[i], walk.path, wanted));
  }
  return OkStatus();
}

Status OpAccess::CheckTraverse(const WalkResult& walk) {
  size_t count = walk.found() ? walk.inodes.size() - 1 : walk.inodes.size();
  if (!walk.found() && walk.last().is_file()) --count;
  return CheckChain(walk, count, Bits::kExecute);
}

Status OpAccess::CheckTarget(const WalkResult& walk, Bits bits) {
  return CheckChain(walk, walk.inodes.size(), bits);
}

Status OpAccess::CheckParent(const WalkResult& walk, Bits bits) {
  size_t count = walk.inodes.size();
  if (walk.found() && count > 1) --count;
  return CheckChain(walk, count, bits);
}

Status OpAccess::CheckOwner(const WalkResult& walk) {
  RETURN_IF_ERROR(CheckTraverse(walk));
  return CheckInodeOwner(walk.last(), walk.path);
}

Status OpAccess::CheckInode(InodeView inode, std::string_view path, Bits bits) {
  if (identity().superuser) return OkStatus();
  ExtendedAcl acl;
  return parts_.access->CheckOne(identity(), bits, AccessOf(inode, path, &acl), path);
}

Status OpAccess::CheckInodeOwner(InodeView inode, std::string_view path) {
  if (identity().superuser) return OkStatus();
  ExtendedAcl acl;
  return parts_.access->CheckOwner(identity(), AccessOf(inode, path, &acl), path);
}

}  // namespace alluxio::master
