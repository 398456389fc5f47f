#include "master/tree/inode_tree.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "master/state/image_checkpoint.h"
#include "master/tree/cold_image.h"
#include "master/tree/cold_inodes.h"
#include "master/tree/inode_apply.h"
#include "master/tree/inode_store.h"
#include "master/tree/tree_checkpoint.h"
#include "model/path.h"

namespace alluxio::master {

InodeTree::InodeTree(UndurableEdits* undurable) : InodeTree(undurable, InodeCache()) {}

InodeTree::InodeTree(UndurableEdits* undurable, InodeCache cache)
    : undurable_(undurable),
      high_(cache.high),
      low_(cache.low),
      batch_(cache.batch),
      store_(std::make_unique<InodeStore>(std::move(cache.cold))) {}

InodeTree::~InodeTree() = default;

InodeView InodeTree::root() const {
  uint32_t slot = store_->root();
  return slot == InodeStore::kNoSlot ? InodeView() : InodeView(store_.get(), slot);
}

InodeView InodeTree::Find(InodeId id) const {
  uint32_t slot = store_->FindId(id);
  return slot == InodeStore::kNoSlot ? InodeView() : InodeView(store_.get(), slot);
}

InodeView InodeTree::Child(InodeView directory, std::string_view name) const {
  if (!directory.is_directory()) return InodeView();
  uint32_t slot = store_->FindChild(directory.slot(), name);
  return slot == InodeStore::kNoSlot ? InodeView() : InodeView(store_.get(), slot);
}

WalkResult InodeTree::Walk(std::string_view path) const {
  CHECK(store_->root() != InodeStore::kNoSlot) << "the tree has no root yet";
  WalkResult walk;
  walk.path = std::string(path);
  walk.inodes.push_back(root());
  bool here = true;  // the walk has not left the tree
  for (size_t begin = 1; begin < path.size();) {
    size_t end = std::min(path.find('/', begin), path.size());
    walk.starts.push_back(static_cast<uint32_t>(begin));
    if (here) {
      InodeView child = Child(walk.inodes.back(), path.substr(begin, end - begin));
      here = static_cast<bool>(child);
      if (here) walk.inodes.push_back(child);
    }
    begin = end + 1;
  }
  return walk;
}

std::string InodeTree::PathOf(InodeView inode) const {
  std::vector<std::string_view> names;
  size_t size = 0;
  for (InodeView at = inode; at && !at.is_root(); at = at.parent()) {
    names.push_back(at.name());
    size += names.back().size() + 1;
  }
  if (names.empty()) return "/";
  std::string path;
  path.reserve(size);
  for (auto name = names.rbegin(); name != names.rend(); ++name) path.append("/").append(*name);
  return path;
}

std::vector<InodeView> InodeTree::ChildrenAfter(InodeView directory, std::string_view after,
                                                size_t limit, std::string_view prefix) const {
  std::vector<InodeView> children;
  if (limit == 0 || !directory.is_directory()) return children;
  children.reserve(std::min(limit, directory.child_count()));
  store_->VisitChildren(directory.slot(), std::max(after, prefix), [&](uint32_t slot) {
    std::string_view name = store_->NameOf(slot);
    if (name.substr(0, prefix.size()) != prefix) return name < prefix;
    if (!after.empty() && name <= after) return true;
    children.emplace_back(store_.get(), slot);
    return children.size() < limit;
  });
  return children;
}

void InodeTree::VisitChildrenAfter(InodeView directory, std::string_view after,
                                   const std::function<bool(InodeView child)>& visit) const {
  if (!directory.is_directory()) return;
  bool before = !after.empty();  // only the first child can have this very name
  store_->VisitChildren(directory.slot(), after, [&](uint32_t slot) {
    if (std::exchange(before, false) && store_->NameOf(slot) == after) return true;
    return visit(InodeView(store_.get(), slot));
  });
}

std::vector<InodeView> InodeTree::ChildrenFrom(InodeView directory, std::string_view from,
                                               size_t limit) const {
  std::vector<InodeView> children;
  if (limit == 0 || !directory.is_directory()) return children;
  children.reserve(std::min(limit, directory.child_count()));
  store_->VisitChildren(directory.slot(), from, [&](uint32_t slot) {
    children.emplace_back(store_.get(), slot);
    return children.size() < limit;
  });
  return children;
}

std::vector<InodeView> InodeTree::ChildrenAt(InodeView directory, size_t index,
                                             size_t limit) const {
  std::vector<InodeView> children;
  if (limit == 0 || !directory.is_directory()) return children;
  store_->VisitChildrenAt(directory.slot(), index, [&](uint32_t slot) {
    children.emplace_back(store_.get(), slot);
    return children.size() < limit;
  });
  return children;
}

ChangeCounts::Stamp InodeTree::ChangesOf(InodeView directory) const {
  return store_->ChangesOf(directory.slot());
}

void InodeTree::NoteRead(InodeView inode, OpContext& op) const {
  if (undurable_ != nullptr && inode) op.SawPosition(undurable_->PositionOf(inode.id()));
}

void InodeTree::NoteRead(const WalkResult& walk, OpContext& op) const {
  if (undurable_ == nullptr || undurable_->Quiet()) return;
  for (size_t i = 0; i + 1 < walk.inodes.size(); ++i) {
    op.SawPosition(undurable_->PositionOfWay(walk.inodes[i].id()));
  }
  op.SawPosition(undurable_->PositionOf(walk.last().id()));
}

InodeView InodeTree::FindToShow(InodeId id, OpContext& op) const {
  InodeView inode = Find(id);
  if (undurable_ == nullptr || undurable_->Quiet()) return inode;
  op.SawPosition(undurable_->PositionOf(id));
  for (InodeView at = inode ? inode.parent() : inode; at; at = at.parent()) {
    op.SawPosition(undurable_->PositionOfWay(at.id()));
  }
  return inode;
}

void InodeTree::NoteWay(const WalkResult& walk, OpContext& op) const {
  if (undurable_ == nullptr || undurable_->Quiet()) return;
  for (InodeView at : walk.inodes) op.SawPosition(undurable_->PositionOfWay(at.id()));
}

void InodeTree::NoteReadOfAll(OpContext& op) const {
  if (undurable_ != nullptr) op.SawPosition(undurable_->PositionOfAll());
}

size_t InodeTree::inode_count() const { return store_->size(); }

Result<Handling> InodeTree::Apply(const journal::JournalEntry& entry) {
  if (store_->bounded()) TrimReplayed();
  return InodeApply(*this).Apply(entry);
}

bool InodeTree::bounded() const { return store_->bounded(); }

bool InodeTree::ReadsDisk(const std::string& path) const {
  Result<std::string> clean = CleanPath(path);
  if (!clean.ok()) return false;
  ReaderLock lock(lock_);
  uint32_t slot = store_->root();
  for (size_t begin = 1; begin < clean->size() && slot != InodeStore::kNoSlot;) {
    size_t end = std::min(clean->find('/', begin), clean->size());
    if (!store_->at(slot).directory) return false;
    bool known = store_->FindChildHere(slot, clean->substr(begin, end - begin), &slot);
    if (!known) return true;
    begin = end + 1;
  }
  return false;
}

void InodeTree::Warm(const std::string& path) const {
  Result<std::string> clean = CleanPath(path);
  if (!clean.ok()) return;
  ReaderLock lock(lock_);
  if (root()) Walk(*clean);
}

size_t InodeTree::resident_count() const { return store_->resident(); }

std::unique_ptr<ColdRows> InodeTree::NewColdRows() const {
  return image_ != nullptr ? image_->Receive() : ColdRows::Of(*store_->cold());
}

// The operation whose edit this is may hold views; a replayed entry has no operation. One batch for
// an entry keeps up: no entry brings in as many.
void InodeTree::TrimReplayed() {
  if (store_->resident() <= high_) return;
  if (undurable_ != nullptr && undurable_->Live()) return;
  std::vector<uint32_t> picked;
  store_->Save(batch_, ColdInodes::WhenBusy::kWait, &picked);
  store_->Evict(picked);
}

// The hand may have to go round twice, first to find that everybody was in use. What cannot leave
// is left: the directories above those who stay.
void InodeTree::Trim() {
  if (!store_->bounded()) return;
  size_t most_calls = 2 * (store_->slot_limit() / batch_ + 2);
  std::vector<uint32_t> picked;
  for (size_t calls = 0; calls < most_calls && store_->resident() > high_; ++calls) {
    picked.clear();
    store_->Save(batch_, ColdInodes::WhenBusy::kWait, &picked);
    if (store_->Evict(picked) > 0) calls = 0;
  }
}

void InodeTree::TrimInSlices() {
  if (!store_->bounded() || store_->resident() <= high_) return;
  size_t most_calls = 0;
  {
    WriterLock lock(lock_);  // readers bring inodes in, into new slots too
    most_calls = 2 * (store_->slot_limit() / batch_ + 2);
  }
  std::vector<uint32_t> picked;
  for (size_t calls = 0; calls < most_calls && store_->resident() > low_; ++calls) {
    picked.clear();
    {
      ReaderLock lock(lock_);
      // When the disk is behind nobody waits for it with the lock; the next call goes on.
      if (!store_->Save(batch_, ColdInodes::WhenBusy::kGiveUp, &picked)) return;
    }
    if (picked.empty()) continue;
    WriterLock lock(lock_);
    if (store_->Evict(picked) > 0) calls = 0;
  }
}

void InodeTree::Reset() {
  store_->Clear();
  indexes_.Clear();
}

Status InodeTree::WriteCheckpoint(journal::CheckpointSink& sink) const {
  return WriteWithImage(
      images_, checkpoint_name(), store_->MemoryBytes(), sink,
      [this](journal::CheckpointSink& into) { return TreeCheckpoint::Write(*this, into); },
      [this](ImageWriter& image) { return store_->SaveImage(image); });
}

Status InodeTree::ReadCheckpoint(journal::CheckpointSource& source) {
  Reset();
  return ReadWithImage(
      images_, checkpoint_name(), source,
      [this](journal::CheckpointSource& from) { return TreeCheckpoint(*this).Read(from); },
      [this](ImageReader& image) {
        RETURN_IF_ERROR(store_->LoadImage(image));
        InodeApply(*this).ReindexAll();
        return OkStatus();
      });
}

size_t InodeTree::MemoryBytes() const { return store_->MemoryBytes(); }

}  // namespace alluxio::master
