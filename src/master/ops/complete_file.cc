// CompleteFile: the bytes are all there; length and blocks become final.
#include <algorithm>
#include <optional>

#include "base/log.h"
#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/ops/done_before.h"
#include "master/ops/done_counts.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/ops/path_claim.h"
#include "master/ops/persist_schedule.h"
#include "master/tree/inode_entries.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

class FileCompletion {
 public:
  FileCompletion(const FsParts& parts, OpContext& context, std::string path,
                 const CompleteFileOptions& options)
      : parts_(parts),
        context_(context),
        path_(std::move(path)),
        options_(options),
        access_(parts, context) {}

  Status Run();

 private:
  Status Check(const WalkResult& walk);
  // Asks the under store about a file that was written through; no lock held. A client whose write
  // failed in the midst closes its stream all the same, and that completes the file: without a
  // whole copy it stays incomplete.
  Status LookAtCopy();
  // The length of a file that lives in its blocks; an error when a block is missing or short.
  Result<int64_t> LengthOfBlocks(InodeView file) const;
  Status Record(InodeView file);

  const FsParts& parts_;
  OpContext& context_;
  const std::string path_;
  const CompleteFileOptions& options_;
  OpAccess access_;
  bool looked_ = false;
  std::optional<ufs::UfsStatus> copy_;
  std::string ufs_type_;
  std::vector<BlockMaster::UfsBlock> ufs_blocks_;
};

Status FileCompletion::Check(const WalkResult& walk) {
  RETURN_IF_ERROR(access_.CheckTraverse(walk));
  if (!walk.found()) return PathMissing(path_);
  InodeView file = walk.last();
  if (file.is_directory()) return MustBeFile(path_);
  bool writer = !file.completed() && file.owner() == access_.identity().user;
  if (!writer) RETURN_IF_ERROR(access_.CheckInode(file, path_, Bits::kWrite));
  if (file.completed()) return AlreadyExists("File " + path_ + " has already been completed.");
  return parts_.mounts->CheckWritable(path_);
}

Status FileCompletion::LookAtCopy() {
  if (!context_.may_block()) return WouldBlock();
  looked_ = true;
  MountResolution at = parts_.mounts->Resolve(path_);
  ASSIGN_OR_RETURN(auto ufs, parts_.mounts->OpenUfs(*at.mount));
  auto status = ufs->Stat(at.key);
  if (status.status().Is(StatusCode::kNotFound)) {
    return FailedPrecondition("Cannot complete file " + path_ + ": " + at.ufs_uri +
                              " was not written to the under store");
  }
  if (!status.ok()) return status.status().WithContext("Cannot complete file " + path_);
  int64_t written = options_.ufs_length.value_or(status->length);
  if (status->is_directory || written != status->length) {
    return FailedPrecondition("Cannot complete file " + path_ + ": " + at.ufs_uri + " has " +
                              std::to_string(status->length) + " bytes in the under store, " +
                              std::to_string(written) + " were written");
  }
  copy_ = std::move(status).value();
  ufs_type_ = std::string(ufs->type());
  return OkStatus();
}

Result<int64_t> FileCompletion::LengthOfBlocks(InodeView file) const {
  int64_t length = 0;
  for (size_t i = 0; i < file.block_count(); ++i) {
    auto block = parts_.blocks->LengthOf(file.block_id(i));
    if (!block || *block < 0) {
      return InvalidArgument("Cannot complete a file without all the blocks committed");
    }
    if (i + 1 < file.block_count() && *block < file.block_size()) {
      return InvalidArgument("Block index " + std::to_string(i) +
                             " has a block size smaller than the file block size (" +
                             std::to_string(file.block_size()) + ")");
    }
    length += *block;
  }
  return length;
}

Status FileCompletion::Record(InodeView file) {
  FileUpdate update;
  update.id = file.id();
  update.path = path_;
  update.completed = true;
  if (file.persistence() == PersistenceState::kPersisted) {
    update.length = options_.ufs_length.value_or(copy_ ? copy_->length : 0);
    if (*update.length < 0) {
      return InvalidArgument("File " + path_ + " cannot have negative length.");
    }
    update.block_count = (*update.length + file.block_size() - 1) / file.block_size();
    for (int64_t i = 0; i < *update.block_count; ++i) {
      int64_t length = std::min(file.block_size(), *update.length - i * file.block_size());
      ufs_blocks_.push_back({file.block_id(static_cast<size_t>(i)), length});
    }
  } else {
    ASSIGN_OR_RETURN(update.length, LengthOfBlocks(file));
    update.block_count = static_cast<int64_t>(file.block_count());
  }
  EditContext edits(*parts_.ledger, context_);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  InodeUpdate inode;
  inode.id = file.id();
  inode.modification_time_ms = context_.NowMs();
  inode.overwrite_modification_time = true;
  inode.access_time_ms = inode.modification_time_ms;
  if (copy_) inode.ufs_fingerprint = ufs::Fingerprint(ufs_type_, *copy_);
  if (options_.content_hash) {
    inode.xattr["s3_etag"] = *options_.content_hash;
    inode.xattr_update = XAttrUpdate::kUnionReplace;
  }
  if (options_.async_persist && file.persistence() != PersistenceState::kPersisted) {
    inode.persistence = PersistenceState::kToBePersisted;
    int64_t wait_ms = std::max<int64_t>(0, options_.persistence_wait_ms);
    parts_.persists->Hold(file.id(), context_.NowMs() + wait_ms);
  }
  edits.Record(UpdateInodeEdit(inode));
  edits.RecordOutcome(UpdateFileEdit(update));
  DoneCounts::Get().files_completed.Add();
  return OkStatus();
}

Status FileCompletion::Run() {
  PathClaim claim(parts_, context_, {{path_, PathLockKind::kWrite}});
  RETURN_IF_ERROR(claim.Take());
  while (true) {
    {
      WriterLock lock(parts_.tree->lock());
      RETURN_IF_ERROR(claim.Check());
      WalkResult walk = parts_.tree->Walk(path_);
      RETURN_IF_ERROR(Check(walk));
      InodeView file = walk.last();
      if (file.persistence() != PersistenceState::kPersisted || looked_) {
        RETURN_IF_ERROR(Record(file));
        break;
      }
    }
    RETURN_IF_ERROR(LookAtCopy());
  }
  if (ufs_blocks_.empty()) return OkStatus();
  return parts_.blocks->CommitBlocksInUfs(context_, ufs_blocks_);
}

}  // namespace

Status FsOperations::CompleteFile(OpContext& context, const std::string& text,
                                  const CompleteFileOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  if (DoneBefore(parts_, context)) return OkStatus();
  Status completed = FileCompletion(parts_, context, std::move(path), options).Run();
  return UnlessDoneMeanwhile(parts_, context, std::move(completed));
}

}  // namespace alluxio::master
