// ListStatus: the children of a directory, or everything below it, in batches.
#include <algorithm>
#include <thread>
#include <utility>

#include "master/ops/fs_operations.h"
#include "master/ops/list_output.h"
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
          const ListStatusOptions& options, ListOutput* output)
      : parts_(parts),
        context_(context),
        path_(std::move(path)),
        options_(options),
        output_(*output),
        access_(parts, context) {
    wish_.load = options.load_metadata;
    wish_.interval_ms = options.common.sync_interval_ms;
    wish_.children = true;
  }

  Status Run();

 private:
  Status Children();
  // Adds children after the one with this name until the batch is full, and says where to go on
  // from; "" = that was all. The tree lock is held.
  void AddChildren(InodeView directory, std::string* after);
  Status Subtree();
  void Add(InodeView inode, std::string_view path);
  void ShowAgain(const std::string& path);
  Status Flush();
  // Whether to go on; small calls that wait for a processor have theirs first. They would wait as
  // long as the system lets one thread run, which is milliseconds.
  Status BetweenSlices() {
    if (context_.may_block()) std::this_thread::yield();
    return context_.CheckAlive();
  }
  bool MayNotRunInline(InodeView directory) const {
    return !context_.may_block() &&
           (options_.recursive || directory.child_count() > parts_.settings.list_inline);
  }

  const FsParts& parts_;
  OpContext& context_;
  const std::string path_;
  const ListStatusOptions& options_;
  ListOutput& output_;
  OpAccess access_;
  SyncWish wish_;
  std::string last_path_;  // of the entry that was added last, by Add()
};

void Listing::Add(InodeView inode, std::string_view path) {
  parts_.tree->NoteRead(inode, context_);
  if (options_.load_metadata_only) return;
  output_.Add(inode, path);
  last_path_ = path;
}

// The last entry, which may have got children since it was added.
void Listing::ShowAgain(const std::string& path) {
  if (output_.size() == 0 || last_path_ != path) return;
  ReaderLock lock(parts_.tree->lock());
  WalkResult walk = parts_.tree->Walk(path);
  if (!walk.found()) return;
  output_.DropLast();
  output_.BeginSlice();
  output_.Add(walk.last(), path);
}

Status Listing::Flush() { return output_.size() == 0 ? OkStatus() : output_.Flush(); }

void Listing::AddChildren(InodeView directory, std::string* after) {
  const FsSettings& settings = parts_.settings;
  const bool at_once = directory.child_count() <= settings.list_inline;
  const size_t most = at_once ? settings.list_batch
                              : std::min(settings.list_batch, settings.list_slice);
  if (!options_.load_metadata_only && output_.AddKept(directory, path_, after)) return;
  auto children = parts_.tree->ChildrenAfter(directory, *after, most);
  output_.BeginChildren(children);
  size_t added = 0;
  while (added < children.size() && !output_.full()) {
    InodeView child = children[added++];
    parts_.tree->NoteRead(child, context_);
    if (!options_.load_metadata_only) output_.AddChild(child, path_);
  }
  const bool all = added == children.size() && added < most;
  *after = all ? std::string() : std::string(children[added - 1].name());
  output_.EndChildren(added, *after);
}

Status Listing::Children() {
  std::string after;
  while (true) {
    {
      ReaderLock lock(parts_.tree->lock());
      WalkResult walk = parts_.tree->Walk(path_);
      if (!walk.found()) return after.empty() ? PathMissing(path_) : OkStatus();
      AddChildren(walk.last(), &after);
      // Other slices saw other states: an edit between them took away what an earlier one passed.
      if (after.empty()) parts_.tree->NoteRead(walk, context_);
      else parts_.tree->NoteWay(walk, context_);
    }
    RETURN_IF_ERROR(Flush());
    if (after.empty()) return OkStatus();
    RETURN_IF_ERROR(BetweenSlices());
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
    RETURN_IF_ERROR(BetweenSlices());
    std::string stale;
    {
      ReaderLock lock(parts_.tree->lock());
      size_t room = parts_.settings.list_batch - std::min(parts_.settings.list_batch - 1,
                                                          output_.size());
      bool skip = false;
      output_.BeginSlice();
      walk.Next(*parts_.tree, std::min(room, parts_.settings.list_slice),
                [&](InodeView inode, std::string_view at) {
                  if (at != path_) Add(inode, at);
                  if (inode.is_file()) return !output_.full();
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
                  return !output_.full();
                });
      if (skip) walk.SkipChildren();
    }
    // Directories below the top are loaded before their children are visited.
    if (!stale.empty() && stale != path_) {
      RETURN_IF_ERROR(parts_.sync->Freshen(context_, stale, wish_));
      ShowAgain(stale);
    }
    if (output_.full() || output_.size() >= parts_.settings.list_batch) RETURN_IF_ERROR(Flush());
  }
  {
    ReaderLock lock(parts_.tree->lock());
    parts_.tree->NoteReadOfAll(context_);
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
    if (walk.last().is_file()) {
      output_.BeginSlice();
      Add(walk.last(), path_);
    } else if (MayNotRunInline(walk.last())) {
      return WouldBlock();
    } else if (walk.last().child_count() == 0) {
      return OkStatus();
    }
  }
  if (output_.size() > 0) return Flush();
  return options_.recursive ? Subtree() : Children();
}

}  // namespace

Status FsOperations::ListStatus(OpContext& context, const std::string& text,
                                const ListStatusOptions& options, const ListSink& sink) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  InfoOutput output(parts_, MountInfoOf(options), sink);
  return Listing(parts_, context, std::move(path), options, &output).Run();
}

Status FsOperations::WriteListing(OpContext& context, const std::string& text,
                                  const ListStatusOptions& options, wire::ProtoWriter* message,
                                  const WrittenSink& sink) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(text));
  WrittenOutput output(parts_, MountInfoOf(options), message, sink);
  return Listing(parts_, context, std::move(path), options, &output).Run();
}

}  // namespace alluxio::master
