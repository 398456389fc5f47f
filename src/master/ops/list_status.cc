// ListStatus: the children of a directory, or everything below it, in batches.
#include <utility>

#include "master/ops/file_info_builder.h"
#include "master/ops/fs_operations.h"
#include "master/ops/op_access.h"
#include "master/ops/op_errors.h"
#include "master/sync/path_sync.h"
#include "master/tree/subtree_walk.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

class Listing {
 public:
  Listing(const FsParts& parts, OpContext& context, std::string path,
          const ListStatusOptions& options, const ListSink& sink)
      : parts_(parts),
        context_(context),
        path_(std::move(path)),
        options_(options),
        sink_(sink),
        access_(parts, context),
        builder_(parts, MountInfoOf(options)) {
    wish_.load = options.load_metadata;
    wish_.interval_ms = options.common.sync_interval_ms;
    wish_.children = true;
  }

  Status Run();

 private:
  Status Children();
  Status Subtree();
  void Add(InodeView inode, std::string_view path);
  void ShowAgain(const std::string& path);
  Status Flush();

  const FsParts& parts_;
  OpContext& context_;
  const std::string path_;
  const ListStatusOptions& options_;
  const ListSink& sink_;
  OpAccess access_;
  FileInfoBuilder builder_;
  SyncWish wish_;
  std::vector<FileInfo> batch_;
};

void Listing::Add(InodeView inode, std::string_view path) {
  parts_.tree->NoteRead(inode, context_);
  if (!options_.load_metadata_only) batch_.push_back(builder_.Build(inode, path));
}

// The last entry, which may have got children since it was added.
void Listing::ShowAgain(const std::string& path) {
  if (batch_.empty() || batch_.back().path != path) return;
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path);
  if (walk.found()) batch_.back() = builder_.Build(walk.last(), path);
}

Status Listing::Flush() {
  if (batch_.empty()) return OkStatus();
  return sink_(std::exchange(batch_, {}));
}

Status Listing::Children() {
  std::string after;
  while (true) {
    {
      ReaderLock lock(parts_.tree->lock());
      WalkResult walk = parts_.tree->Walk(path_);
      if (!walk.found()) return after.empty() ? PathMissing(path_) : OkStatus();
      auto children =
          parts_.tree->ChildrenAfter(walk.last(), after, parts_.settings.list_batch);
      for (InodeView child : children) Add(child, JoinPath(path_, child.name()));
      if (children.size() < parts_.settings.list_batch) after.clear();
      else after = std::string(children.back().name());
    }
    RETURN_IF_ERROR(Flush());
    if (after.empty()) return OkStatus();
    RETURN_IF_ERROR(context_.CheckAlive());
  }
}

Status Listing::Subtree() {
  InodeId top = kNoInode;
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path_);
    if (!walk.found()) return PathMissing(path_);
    top = walk.last().id();
  }
  SubtreeWalk walk(top, path_, SubtreeWalk::Order::kParentsFirst);
  while (!walk.done()) {
    RETURN_IF_ERROR(context_.CheckAlive());
    std::string stale;
    {
      ReaderLock lock(parts_.tree->lock());
      size_t room = parts_.settings.list_batch - std::min(parts_.settings.list_batch - 1,
                                                          batch_.size());
      bool skip = false;
      walk.Next(*parts_.tree, std::min(room, parts_.settings.walk_slice),
                [&](InodeView inode, std::string_view at) {
                  if (at != path_) Add(inode, at);
                  if (inode.is_file()) return true;
                  // What the caller may not read is passed over silently.
                  if (at != path_ && !access_.CheckInode(inode, at, Bits::kReadExecute).ok()) {
                    skip = true;
                    return false;
                  }
                  if (parts_.sync->Needed(parts_.tree->Walk(std::string(at)), wish_,
                                          context_.NowMs())) {
                    stale = std::string(at);
                    return false;
                  }
                  return true;
                });
      if (skip) walk.SkipChildren();
    }
    // Directories below the top are loaded before their children are visited.
    if (!stale.empty() && stale != path_) {
      RETURN_IF_ERROR(parts_.sync->Freshen(context_, stale, wish_));
      ShowAgain(stale);
    }
    if (batch_.size() >= parts_.settings.list_batch) RETURN_IF_ERROR(Flush());
  }
  return Flush();
}

Status Listing::Run() {
  RETURN_IF_ERROR(parts_.sync->Freshen(context_, path_, wish_));
  {
    ReaderLock lock(parts_.tree->lock());
    WalkResult walk = parts_.tree->Walk(path_);
    RETURN_IF_ERROR(access_.CheckTraverse(walk));
    parts_.tree->NoteRead(walk, context_);
    if (!walk.found()) return PathMissing(path_);
    RETURN_IF_ERROR(access_.CheckInode(walk.last(), path_, Bits::kRead));
    if (walk.last().is_file()) Add(walk.last(), path_);
    else if (options_.recursive && !context_.may_block()) return WouldBlock();
    else if (walk.last().child_count() == 0) return OkStatus();
  }
  if (!batch_.empty()) return Flush();
  return options_.recursive ? Subtree() : Children();
}

}  // namespace

Status FsOperations::ListStatus(OpContext& context, const std::string& text,
                                const ListStatusOptions& options, const ListSink& sink) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  return Listing(parts_, context, std::move(path), options, sink).Run();
}

}  // namespace alluxio::master
