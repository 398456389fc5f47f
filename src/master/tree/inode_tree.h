// InodeTree: the namespace. All files and directories, by id and by path.
//
// Lock: readers hold lock() shared, an edit holds it exclusively; both for short in-memory steps
// only. Methods below say nothing about it because all of them need it (at least shared); Apply
// needs it exclusively or runs in replay. Long walks use SubtreeWalk or ChildrenAfter and give the
// lock up between slices.
//
// The state changes in Apply only (inode_apply.cc); edits are built by inode_entries.h.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/shared_mutex.h"
#include "master/state/change_counts.h"
#include "master/state/journaled_part.h"
#include "master/state/op_context.h"
#include "master/state/undurable_edits.h"
#include "master/tree/child_watch.h"
#include "master/tree/cold_inodes.h"
#include "master/tree/inode_indexes.h"
#include "master/tree/inode_view.h"
#include "master/tree/walk_result.h"

namespace alluxio::master {

class ColdImage;
class ColdRows;
class ImageFolder;
class InodeStore;

// How much of the tree stays in memory, and where the rest goes. Trimming begins above `high` and
// goes on to `low`, `batch` inodes at a time.
struct InodeCache {
  std::unique_ptr<ColdInodes> cold;  // null: all of it
  size_t high = 0;
  size_t low = 0;
  size_t batch = 1000;
};

class InodeTree final : public JournaledPart {
 public:
  // `undurable` outlives this; null in tests that do not read it.
  explicit InodeTree(UndurableEdits* undurable = nullptr);
  InodeTree(UndurableEdits* undurable, InodeCache cache);
  ~InodeTree() override;
  InodeTree(const InodeTree&) = delete;
  InodeTree& operator=(const InodeTree&) = delete;

  SharedMutex& lock() const RETURN_CAPABILITY(lock_) { return lock_; }

  // Look-ups. A tree has no root before its first root entry: `root()` is no inode then.
  InodeView root() const;
  InodeView Find(InodeId id) const;  // no inode when unknown
  InodeView Child(InodeView directory, std::string_view name) const;
  // `path` is clean and the tree has a root (CHECKed).
  WalkResult Walk(std::string_view path) const;
  // Path of an inode, rebuilt from its ancestors.
  std::string PathOf(InodeView inode) const;

  // Up to `limit` children in name order, after `after` (exclusive; "" = from the beginning) and
  // beginning with `prefix`.
  std::vector<InodeView> ChildrenAfter(InodeView directory, std::string_view after, size_t limit,
                                       std::string_view prefix = {}) const;
  // The first `limit` children whose name is `from` or greater.
  std::vector<InodeView> ChildrenFrom(InodeView directory, std::string_view from,
                                      size_t limit) const;

  // Children in name order after `after` (as above), until `visit` returns false; it changes
  // nothing.
  void VisitChildrenAfter(InodeView directory, std::string_view after,
                          const std::function<bool(InodeView child)>& visit) const;

  // `limit` children in name order, without the first `index`.
  std::vector<InodeView> ChildrenAt(InodeView directory, size_t index, size_t limit) const;

  // Whether the children of a directory are the same ones with the same fields: the stamp is taken
  // before something is kept of them, and compared afterwards.
  ChangeCounts::Stamp ChangesOf(InodeView directory) const;
  // What NoteRead would say of it: nothing.
  bool IsDurable(InodeView inode) const {
    return undurable_ == nullptr || undurable_->PositionOf(inode.id()) == 0;
  }

  // The reply of `op` shows these inodes: it has to wait for their last edits. Of a walk it shows
  // the last one; the others are the way there.
  void NoteRead(InodeView inode, OpContext& op) const;
  void NoteRead(const WalkResult& walk, OpContext& op) const;
  // Find() for a reply that shows the inode and its path, to which the way is what is above it, or
  // that there is none.
  InodeView FindToShow(InodeId id, OpContext& op) const;
  // Shows something below the walk's last one, and neither its other children nor its times.
  void NoteWay(const WalkResult& walk, OpContext& op) const;
  // Shows what is in many directories, and so what is not in them any more: waits for every edit.
  void NoteReadOfAll(OpContext& op) const;

  // The medium types that pinning may name; others are dropped from pins. Set before recovery.
  void SetKnownMedia(std::vector<std::string> media) { known_media_ = std::move(media); }

  // Where a checkpoint leaves an image of the tree and finds it again; outlives this. Not for a
  // bounded tree, most of which is on the disk. Set before recovery.
  void SetImages(ImageFolder* images) { images_ = images; }

  // Apply tells `watch` of its directory's children from now on, until Unwatch.
  void Watch(ChildWatch* watch) { watches_.push_back(watch); }
  void Unwatch(ChildWatch* watch) { std::erase(watches_, watch); }

  size_t inode_count() const;  // the root included
  const InodeIndexes& indexes() const { return indexes_; }

  // JournaledPart: INODE_TREE.
  std::string_view checkpoint_name() const override { return "INODE_TREE"; }
  Result<Handling> Apply(const journal::JournalEntry& entry) override;
  void Prefetch(const journal::JournalEntry& entry) const override;
  void Reset() override;
  Status WriteCheckpoint(journal::CheckpointSink& sink) const override;
  Status ReadCheckpoint(journal::CheckpointSource& source) override;
  Status VisitEntries(const journal::EntryVisitor& visit) const override;

  // A bounded tree looks into a folder for inodes that are not in memory, also under the lock, and
  // what replay brings in it trims itself. Of a tree that serves somebody calls this often: it
  // takes the lock, shared to write and exclusively to drop, both for one batch at a time.
  bool bounded() const;
  // Does a walk to `path`, as a client wrote it, read the disk now? And walks there, so that the
  // next one need not.
  bool ReadsDisk(const std::string& path) const EXCLUDES(lock_);
  void Warm(const std::string& path) const EXCLUDES(lock_);
  void TrimInSlices() EXCLUDES(lock_);
  // In the caller's hold of the lock, which has no views: down to `high`.
  void Trim();
  size_t resident_count() const;

  // Bytes held by the tree's own tables and arenas; an estimate for metrics.
  size_t MemoryBytes() const;

 private:
  friend class InodeApply;      // inode_apply.cc
  friend class TreeCheckpoint;  // tree_checkpoint.cc
  friend class TreeFreeze;      // tree_freeze.h

  // The rows of a bounded tree: now, or of the image in a forked child.
  std::unique_ptr<ColdRows> NewColdRows() const;
  Status VisitBounded(const journal::EntryVisitor& visit) const;  // tree_entries.cc
  void TrimReplayed();

  mutable SharedMutex lock_{LockRank::kTree};
  UndurableEdits* const undurable_;
  const size_t high_;
  const size_t low_;
  const size_t batch_;
  std::unique_ptr<InodeStore> store_;
  ColdImage* image_ = nullptr;  // while a child is forked
  ImageFolder* images_ = nullptr;
  InodeIndexes indexes_;
  std::vector<ChildWatch*> watches_;  // one a running listing; each outlives its entry
  std::vector<std::string> known_media_{"MEM", "SSD", "HDD"};
};

}  // namespace alluxio::master
