// CreateDirectory: a new directory, with its ancestors when asked for.
#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/ops/done_before.h"
#include "master/ops/fs_operations.h"
#include "master/ops/new_inodes.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/sync/path_sync.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

class DirectoryCreation {
 public:
  DirectoryCreation(const FsParts& parts, OpContext& context, std::string path,
                    const CreateDirectoryOptions& options)
      : parts_(parts),
        context_(context),
        path_(std::move(path)),
        options_(options),
        access_(parts, context),
        ufs_(parts, context),
        creator_(parts, context, access_, ufs_),
        wanted_{path_, options.write_type, options.common.sync_interval_ms, options.recursive,
                false} {}

  Status Run();

 private:
  void FillOptions();
  Status Check(const WalkResult& walk);
  Status Record(const WalkResult& walk);

  const FsParts& parts_;
  OpContext& context_;
  const std::string path_;
  const CreateDirectoryOptions& options_;
  OpAccess access_;
  UfsParents ufs_;
  NewInodes creator_;
  const NewPath wanted_;
  NewInodeOptions ancestors_;
  NewInodeOptions own_;
};

void DirectoryCreation::FillOptions() {
  Mode plain{static_cast<uint16_t>(0777 & ~parts_.settings.umask)};
  ancestors_.directory_mode = plain;
  ancestors_.ttl_ms = options_.common.ttl_ms.value_or(parts_.settings.create_ttl_ms);
  ancestors_.ttl_action =
      options_.common.ttl_action.value_or(parts_.settings.create_ttl_action);
  ancestors_.persisted = wanted_.through();
  if (options_.xattr_propagation == XAttrPropagation::kNewPaths) {
    ancestors_.ancestor_xattr = options_.xattr;
  }
  own_ = ancestors_;
  own_.directory_mode = options_.mode.value_or(plain);
}

Status DirectoryCreation::Check(const WalkResult& walk) {
  parts_.tree->NoteRead(walk, context_);
  if (walk.file_in_the_way()) return FileInTheWay(walk);
  if (walk.found()) {
    RETURN_IF_ERROR(access_.CheckTraverse(walk));
    if (options_.allow_exists && walk.last().is_directory()) return OkStatus();
    if (walk.last().is_root()) return AlreadyExists("Not allowed to create existing root path: /");
    return AlreadyExists("Not allowed to create directory because path already exists: " + path_);
  }
  return creator_.CheckAncestors(walk, wanted_);
}

Status DirectoryCreation::Record(const WalkResult& walk) {
  RETURN_IF_ERROR(creator_.EnsureIds(walk.depth() + 1));
  EditContext edits(*parts_.ledger, context_);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  ASSIGN_OR_RETURN(InodeView parent,
                   creator_.RecordDirectories(edits, walk, walk.depth(), ancestors_));
  creator_.TouchParent(edits, parent);
  auto made = creator_.RecordDirectory(edits, parent, path_, options_.xattr, own_, true);
  return made.ok() ? OkStatus() : made.status();
}

Status DirectoryCreation::Run() {
  FillOptions();
  RETURN_IF_ERROR(creator_.Freshen(wanted_));
  PathClaim claim(parts_, context_, {{path_, PathLockKind::kWrite}});
  RETURN_IF_ERROR(claim.Take());
  while (true) {
    {
      WriterLock lock(parts_.tree->lock());
      WalkResult walk = parts_.tree->Walk(path_);
      RETURN_IF_ERROR(Check(walk));
      if (walk.found()) return OkStatus();
      RETURN_IF_ERROR(claim.Check());
      UfsParents::Owner owner{access_.identity().user, access_.identity().primary_group(),
                              own_.directory_mode};
      if (!own_.persisted || ufs_.Plan(walk, walk.depth() + 1, owner)) return Record(walk);
    }
    RETURN_IF_ERROR(ufs_.Make());
  }
}

}  // namespace

Status FsOperations::CreateDirectory(OpContext& context, const std::string& text,
                                     const CreateDirectoryOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  if (DoneBefore(parts_, context)) return OkStatus();
  Status made = DirectoryCreation(parts_, context, std::move(path), options).Run();
  return UnlessDoneMeanwhile(parts_, context, std::move(made));
}

}  // namespace alluxio::master
