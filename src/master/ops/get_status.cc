// GetStatus: what one path is; loads it from the under store when only that knows it.
#include "master/ops/file_info_builder.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/state/edit_context.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_entries.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

bool MovesAccessTime(const GetStatusOptions& options, InodeView inode, int64_t now_ms,
                     int64_t precision_ms) {
  if (!options.access_mode || !options.update_timestamps) return false;
  auto bits = static_cast<uint8_t>(*options.access_mode);
  if ((bits & static_cast<uint8_t>(Bits::kReadWrite)) == 0) return false;
  return now_ms - inode.access_time_ms() > precision_ms;
}

void RecordAccess(const FsParts& parts, OpContext& context, InodeId id) {
  WriterLock lock(parts.tree->lock());
  EditContext edits(*parts.ledger, context);
  // An access time is not worth an error: a full queue simply skips it.
  if (!parts.tree->Find(id) || !edits.CheckAdmitted().ok()) return;
  InodeUpdate update;
  update.id = id;
  update.access_time_ms = context.NowMs();
  edits.Record(UpdateInodeEdit(update));
}

}  // namespace

Result<FileInfo> FsOperations::GetStatus(OpContext& context, const std::string& text,
                                         const GetStatusOptions& options) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  OpAccess access(parts_, context);
  SyncWish wish;
  wish.load = options.load_metadata;
  wish.interval_ms = options.common.sync_interval_ms;
  RETURN_IF_ERROR(parts_.sync->Freshen(context, path, wish));
  FileInfo info;
  bool touch = false;
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    RETURN_IF_ERROR(access.CheckTraverse(walk));
    parts_.tree->NoteRead(walk, context);
    if (!walk.found()) return PathMissing(path);
    if (options.access_mode) {
      RETURN_IF_ERROR(access.CheckInode(walk.last(), path, *options.access_mode));
    }
    info = FileInfoBuilder(parts_).Build(walk.last(), path);
    touch = MovesAccessTime(options, walk.last(), context.NowMs(),
                            parts_.settings.access_time_precision_ms);
  }
  if (touch) {
    RecordAccess(parts_, context, info.id);
    info.access_time_ms = context.NowMs();
  }
  return info;
}

Result<FileInfo> FsOperations::GetStatusById(OpContext& context, InodeId id) {
  ReaderLock lock(parts_.tree->lock());
  InodeView inode = parts_.tree->Find(id);
  if (!inode) return NotFound("inodeId " + std::to_string(id) + " does not exist");
  parts_.tree->NoteRead(inode, context);
  return FileInfoBuilder(parts_).Build(inode, parts_.tree->PathOf(inode));
}

}  // namespace alluxio::master
