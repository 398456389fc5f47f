// CreateFile: a new, incomplete file.
//
// The copy of a file that is overwritten stays in the under store until the new one takes its place
// there: a master that ends in between must not have lost both. Meanwhile the new file answers for
// it (MayBeInUfs): deleting or renaming the file takes the old copy away.
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/ops/done_before.h"
#include "master/ops/done_counts.h"
#include "master/ops/file_info_builder.h"
#include "master/ops/file_info_writer.h"
#include "master/ops/fs_operations.h"
#include "master/ops/new_inodes.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/ops/persist_progress.h"
#include "master/ops/persist_schedule.h"
#include "master/ops/temporaries.h"
#include "master/sync/path_sync.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

// What the new file is shown by, under the tree lock.
using Show = absl::FunctionRef<void(InodeView inode, std::string_view path)>;

// One call; Run may go round more than once, because the under store is asked without the lock.
class FileCreation {
 public:
  FileCreation(const FsParts& parts, OpContext& context, std::string path,
               const CreateFileOptions& options, Show show)
      : parts_(parts),
        context_(context),
        path_(std::move(path)),
        options_(options),
        show_(show),
        access_(parts, context),
        ufs_(parts, context),
        creator_(parts, context, access_, ufs_),
        wanted_{path_, options.write_type, options.common.sync_interval_ms, options.recursive,
                options.check_s3_bucket_path} {}

  Status Run();

 private:
  Status FillOptions();
  Status CheckExisting(const WalkResult& walk);
  Status Record(const WalkResult& walk);
  void RemoveOld(EditContext& edits, const WalkResult& walk);

  const FsParts& parts_;
  OpContext& context_;
  const std::string path_;
  const CreateFileOptions& options_;
  const Show show_;
  OpAccess access_;
  UfsParents ufs_;
  NewInodes creator_;
  const NewPath wanted_;
  NewInodeOptions inode_options_;
  NewFile file_;
  std::vector<BlockId> old_blocks_;
};

Status FileCreation::FillOptions() {
  const FsSettings& settings = parts_.settings;
  file_.block_size = options_.block_size.value_or(settings.block_size_bytes);
  if (file_.block_size <= 0) {
    return InvalidArgument("Invalid block size " + std::to_string(file_.block_size));
  }
  file_.replication_max = options_.replication_max.value_or(settings.replication_max);
  file_.replication_min = options_.replication_min.value_or(settings.replication_min);
  file_.replication_durable = options_.replication_durable.value_or(settings.replication_durable);
  if (file_.replication_max >= 0 && file_.replication_min > file_.replication_max) {
    return InvalidArgument("Cannot create " + path_ + ": replicationMin " +
                           std::to_string(file_.replication_min) +
                           " is larger than replicationMax " +
                           std::to_string(file_.replication_max));
  }
  auto without_umask = [&](uint16_t bits) {
    return Mode{static_cast<uint16_t>(bits & ~settings.umask)};
  };
  inode_options_.file_mode = options_.mode.value_or(without_umask(0666));
  inode_options_.directory_mode = without_umask(0777);
  inode_options_.ttl_ms = options_.common.ttl_ms.value_or(settings.create_ttl_ms);
  inode_options_.ttl_action = options_.common.ttl_action.value_or(settings.create_ttl_action);
  inode_options_.persisted = wanted_.through();
  if (options_.xattr_propagation == XAttrPropagation::kNewPaths) {
    inode_options_.ancestor_xattr = options_.xattr;
  }
  return OkStatus();
}

Status FileCreation::CheckExisting(const WalkResult& walk) {
  if (!walk.found()) return OkStatus();
  if (walk.last().is_directory()) {
    if (!options_.overwrite) {
      return AlreadyExists(path_ +
                           " already exists. If you want to overwrite the file, you need to "
                           "specify the overwrite option.");
    }
    return AlreadyExists(path_ +
                         " already exists. Directories cannot be overwritten with create");
  }
  if (!options_.overwrite) {
    return AlreadyExists(path_ + " already exists. If you want to overwrite the file, you need to "
                                 "specify the overwrite option.");
  }
  return OkStatus();
}

void FileCreation::RemoveOld(EditContext& edits, const WalkResult& walk) {
  InodeView old = walk.last();
  old_blocks_ = old.block_ids();
  InodeDelete deletion;
  deletion.id = old.id();
  deletion.time_ms = context_.NowMs();
  deletion.path = path_;
  edits.Record(DeleteEdit(deletion));
}

Status FileCreation::Record(const WalkResult& walk) {
  RETURN_IF_ERROR(creator_.EnsureIds(walk.depth()));
  EditContext edits(*parts_.ledger, context_);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  bool covers_copy = walk.found() && MayBeInUfs(walk.last());
  // An attempt to persist the old file may not be over: the first one of the new file ends it.
  std::string former;
  if (covers_copy && MayHaveStrayCopy(walk.last())) former = FormerTemporary(walk.last());
  if (walk.found()) RemoveOld(edits, walk);
  ASSIGN_OR_RETURN(InodeView parent,
                   creator_.RecordDirectories(edits, walk, walk.depth(), inode_options_));
  creator_.TouchParent(edits, parent);
  InodeId id = file_.inode.id;
  file_.inode = creator_.Start(parent, path_, inode_options_.file_mode, inode_options_);
  file_.inode.id = id;
  file_.inode.xattr = options_.xattr;
  if (covers_copy && !inode_options_.persisted) {
    MountPointPtr mount = parts_.mounts->Resolve(path_).mount;
    file_.temp_ufs_path =
        former.empty() ? TemporaryUri(*mount, parts_.settings.persist_temp_folder, id, 0) : former;
  }
  if (options_.write_type == WriteType::kAsyncThrough) {
    file_.inode.persistence = PersistenceState::kToBePersisted;
    int64_t wait_ms = options_.persistence_wait_ms;
    parts_.persists->Hold(id, wait_ms < 0 ? PersistSchedule::kNever : context_.NowMs() + wait_ms);
  }
  edits.RecordOutcome(NewFileEdit(file_));
  DoneCounts::Get().files_created.Add();
  parts_.sync->Appeared(path_);
  show_(parts_.tree->Find(id), path_);
  return OkStatus();
}

Status FileCreation::Run() {
  if (path_ == "/") {
    return AlreadyExists(
        "/ already exists. If you want to overwrite the file, you need to specify the overwrite "
        "option.");
  }
  RETURN_IF_ERROR(FillOptions());
  // What would have to be asked for here is seen under the lock as well.
  bool looks_later = !context_.may_block() && wanted_.cache_only();
  if (!looks_later) RETURN_IF_ERROR(creator_.Freshen(wanted_));
  ASSIGN_OR_RETURN(int64_t container, parts_.blocks->NewContainerId(context_));
  file_.inode.id = FileIdOfContainer(container);
  PathClaim claim(parts_, context_, {{path_, PathLockKind::kWrite}});
  RETURN_IF_ERROR(claim.Take());
  while (true) {
    bool parents_ready = true;
    {
      WriterLock lock(parts_.tree->lock());
      RETURN_IF_ERROR(claim.Check());
      WalkResult walk = parts_.tree->Walk(path_);
      if (looks_later && creator_.IsStale(walk, wanted_)) return WouldBlock();
      RETURN_IF_ERROR(creator_.CheckAncestors(walk, wanted_));
      RETURN_IF_ERROR(CheckExisting(walk));
      if (inode_options_.persisted) {
        parents_ready = ufs_.Plan(walk, walk.depth(),
                                  {access_.identity().user, access_.identity().primary_group(),
                                   inode_options_.directory_mode});
      }
      if (parents_ready) {
        RETURN_IF_ERROR(Record(walk));
        if (old_blocks_.empty()) return OkStatus();
        return parts_.blocks->RemoveBlocks(context_, old_blocks_);
      }
    }
    RETURN_IF_ERROR(ufs_.Make());
  }
}

// What was created the first time, when this is a repetition.
Status ShowDone(const FsParts& parts, OpContext& context, InodeId id, Show show) {
  ReaderLock lock(parts.tree->lock());
  InodeView inode = parts.tree->FindToShow(id, context);
  if (!inode) return NotFound("inodeId " + std::to_string(id) + " does not exist");
  show(inode, parts.tree->PathOf(inode));
  return OkStatus();
}

Status CreateAndShow(const FsParts& parts, OpContext& context, const std::string& text,
                     const CreateFileOptions& options, Show show) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  if (auto done = DoneBefore(parts, context)) return ShowDone(parts, context, done->inode, show);
  Status created = FileCreation(parts, context, std::move(path), options, show).Run();
  if (created.ok() || IsWouldBlock(created)) return created;
  if (auto done = DoneBefore(parts, context)) return ShowDone(parts, context, done->inode, show);
  return created;
}

}  // namespace

Result<FileInfo> FsOperations::CreateFile(OpContext& context, const std::string& path,
                                          const CreateFileOptions& options) {
  FileInfo info;
  auto show = [&](InodeView inode, std::string_view at) {
    info = FileInfoBuilder(parts_).Build(inode, at);
  };
  RETURN_IF_ERROR(CreateAndShow(parts_, context, path, options, show));
  return info;
}

Status FsOperations::WriteCreated(OpContext& context, const std::string& path,
                                  const CreateFileOptions& options, wire::ProtoWriter* response) {
  constexpr uint32_t kFileInfo = 1;  // of CreateFilePResponse
  const size_t begin = response->size();
  auto show = [&](InodeView inode, std::string_view at) {
    response->Truncate(begin);  // blocks of a file that was overwritten could not be removed
    FileInfoWriter(parts_, MountInfo::kShown, kFileInfo, response).Write(inode, at);
  };
  return CreateAndShow(parts_, context, path, options, show);
}

}  // namespace alluxio::master
