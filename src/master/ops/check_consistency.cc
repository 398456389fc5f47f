// CheckConsistency: which persisted paths differ from their under store.
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/tree/subtree_walk.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

struct Claimed {
  std::string path;
  bool is_directory = false;
  int64_t length = 0;
  std::string fingerprint;  // "" = unknown
};

bool Differs(const FsParts& parts, const Claimed& claimed, Status* failure) {
  MountResolution at = parts.mounts->Resolve(claimed.path);
  auto ufs = parts.mounts->OpenUfs(*at.mount);
  auto status = ufs.ok() ? (*ufs)->Stat(at.key) : Result<ufs::UfsStatus>(ufs.status());
  if (!status.ok()) {
    if (!status.status().Is(StatusCode::kNotFound)) *failure = status.status();
    return true;
  }
  if (status->is_directory != claimed.is_directory) return true;
  if (claimed.is_directory) return false;
  if (status->length != claimed.length) return true;
  return !claimed.fingerprint.empty() &&
         claimed.fingerprint != ufs::Fingerprint((*ufs)->type(), *status);
}

}  // namespace

Result<InconsistentPaths> FsOperations::CheckConsistency(OpContext& context,
                                                         const std::string& text) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  OpAccess access(parts_, context);
  InodeId top = kNoInode;
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    RETURN_IF_ERROR(access.CheckTraverse(walk));
    parts_.tree->NoteRead(walk, context);
    if (!walk.found()) return PathMissing(path);
    RETURN_IF_ERROR(access.CheckInode(walk.last(), path, Bits::kRead));
    top = walk.last().id();
  }
  if (!context.may_block()) return WouldBlock();
  InconsistentPaths differing;
  SubtreeWalk walk(top, path, SubtreeWalk::Order::kParentsFirst);
  while (!walk.done()) {
    RETURN_IF_ERROR(context.CheckAlive());
    std::vector<Claimed> slice;
    {
      ReaderLock lock(parts_.tree->lock());
      walk.Next(*parts_.tree, parts_.settings.walk_slice,
                [&](InodeView inode, std::string_view at) {
                  bool whole = inode.is_directory() || inode.completed();
                  if (whole && inode.persistence() == PersistenceState::kPersisted) {
                    slice.push_back({std::string(at), inode.is_directory(),
                                     inode.is_file() ? inode.length() : 0,
                                     std::string(inode.ufs_fingerprint())});
                  }
                  return true;
                });
      parts_.tree->NoteReadOfAll(context);
    }
    for (const Claimed& claimed : slice) {
      Status failure;
      if (Differs(parts_, claimed, &failure)) differing.push_back(claimed.path);
      RETURN_IF_ERROR(failure);
    }
  }
  return differing;
}

}  // namespace alluxio::master
