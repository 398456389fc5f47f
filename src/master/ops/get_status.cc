// GetStatus: what one path is; loads it from the under store when only that knows it.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "master/ops/file_info_writer.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/state/edit_context.h"
#include "master/sync/path_sync.h"
#include "master/tree/inode_entries.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

bool MovesAccessTime(const GetStatusOptions& options, InodeView inode, const OpContext& context,
                     int64_t precision_ms) {
  if (!options.access_mode || !options.update_timestamps) return false;
  auto bits = static_cast<uint8_t>(*options.access_mode);
  if ((bits & static_cast<uint8_t>(Bits::kReadWrite)) == 0) return false;
  return context.NowMs() - inode.access_time_ms() > precision_ms;
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

// What an inode is shown by, under the tree lock. `access_time_ms`: what it will be.
using Show = absl::FunctionRef<void(InodeView inode, std::string_view path,
                                    std::optional<int64_t> access_time_ms)>;

// One call of GetStatus.
class StatusCall {
 public:
  StatusCall(const FsParts& parts, OpContext& context, const GetStatusOptions& options, Show show)
      : parts_(parts), context_(context), options_(options), show_(show), access_(parts, context) {}

  Status Run(const std::string& text) {
    ASSIGN_OR_RETURN(std::string path, CleanPath(text));
    SyncWish wish;
    wish.load = options_.load_metadata;
    wish.interval_ms = options_.common.sync_interval_ms;
    // Mostly there is nothing to ask the under store, and one walk does.
    bool shown = false;
    RETURN_IF_ERROR(Look(path, &wish, &shown));
    if (!shown) {
      RETURN_IF_ERROR(parts_.sync->Freshen(context_, path, wish));
      RETURN_IF_ERROR(Look(path, nullptr, &shown));
    }
    if (touched_ != kNoInode) RecordAccess(parts_, context_, touched_);
    return OkStatus();
  }

 private:
  // With a wish: shows nothing when the under store has to be asked first.
  Status Look(const std::string& path, const SyncWish* wish, bool* shown) {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path);
    if (wish != nullptr && !parts_.sync->Settled(walk, *wish, context_)) return OkStatus();
    RETURN_IF_ERROR(access_.CheckTraverse(walk));
    parts_.tree->NoteRead(walk, context_);
    if (!walk.found()) return PathMissing(path);
    InodeView inode = walk.last();
    if (options_.access_mode) {
      RETURN_IF_ERROR(access_.CheckInode(inode, path, *options_.access_mode));
    }
    std::optional<int64_t> access_time_ms;
    if (MovesAccessTime(options_, inode, context_, parts_.settings.access_time_precision_ms)) {
      touched_ = inode.id();
      access_time_ms = context_.NowMs();
    }
    show_(inode, path, access_time_ms);
    *shown = true;
    return OkStatus();
  }

  const FsParts& parts_;
  OpContext& context_;
  const GetStatusOptions& options_;
  const Show show_;
  OpAccess access_;
  InodeId touched_ = kNoInode;
};

}  // namespace

Result<FileInfo> FsOperations::GetStatus(OpContext& context, const std::string& text,
                                         const GetStatusOptions& options) {
  FileInfo info;
  auto show = [&](InodeView inode, std::string_view path, std::optional<int64_t> access_time_ms) {
    info = FileInfoBuilder(parts_).Build(inode, path);
    if (access_time_ms) info.access_time_ms = *access_time_ms;
  };
  RETURN_IF_ERROR(StatusCall(parts_, context, options, show).Run(text));
  return info;
}

Status FsOperations::WriteStatus(OpContext& context, const std::string& text,
                                 const GetStatusOptions& options, wire::ProtoWriter* response) {
  constexpr uint32_t kFileInfo = 1;  // of GetStatusPResponse
  auto show = [&](InodeView inode, std::string_view path, std::optional<int64_t> access_time_ms) {
    FileInfoWriter(parts_, MountInfo::kShown, kFileInfo, response)
        .Write(inode, path, access_time_ms);
  };
  return StatusCall(parts_, context, options, show).Run(text);
}

Result<FileInfo> FsOperations::GetStatusById(OpContext& context, InodeId id) {
  ReaderLock lock(parts_.tree->lock());
  InodeView inode = parts_.tree->FindToShow(id, context);
  if (!inode) return NotFound("inodeId " + std::to_string(id) + " does not exist");
  return FileInfoBuilder(parts_).Build(inode, parts_.tree->PathOf(inode));
}

}  // namespace alluxio::master
