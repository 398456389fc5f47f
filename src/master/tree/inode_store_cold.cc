// The bounded InodeStore: inodes come in from ColdInodes and leave again.
//
// A row is the record as it lies in memory, without what only means something there, and for the
// few that have more a checkpoint's Inode with just that. Owners and block sizes stay in memory for
// good, as small numbers. Nobody but this process reads it.
#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "master/tree/inode_store.h"
#include "master/tree/rare_proto.h"
#include "proto/meta/inode_meta.pb.h"

namespace alluxio::master {

namespace {

using ProtoInode = ::alluxio::proto::meta::Inode;

// Children that are looked at together; few first, because many readers want only one.
constexpr size_t kFirstBatch = 8;
constexpr size_t kLargestBatch = 512;
// Slots the hand passes for each inode that is wanted, in one call.
constexpr size_t kLooksPerPick = 16;

InodeRecord RecordOf(std::string_view row) {
  InodeRecord record;
  CHECK(row.size() >= sizeof(record)) << "row of " << row.size() << " bytes";
  std::memcpy(static_cast<void*>(&record), row.data(), sizeof(record));
  return record;
}

}  // namespace

bool InodeStore::IsDirectoryRow(std::string_view row) { return RecordOf(row).directory; }

// Under cache_mutex_ or without readers: it looks at the tables themselves.
std::string InodeStore::RowOf(uint32_t slot) const {
  InodeRecord record = at(slot);
  record.parent = kNoSlot;
  record.name = 0;
  record.name_size = 0;
  if (record.directory) record.length.set(static_cast<int64_t>(StateOf(slot).cold_children));
  std::string row(reinterpret_cast<const char*>(&record), sizeof(record));
  if (!record.has_rare && !record.has_ttl && !record.has_fingerprint) return row;
  ProtoInode more;
  if (record.has_rare) RareToProto(*rare_.find(slot)->second, &more);
  if (record.has_ttl) more.set_ttl(ttls_.find(slot)->second);
  if (record.has_fingerprint) {
    const TextRef& text = fingerprints_.find(slot)->second;
    more.set_ufs_fingerprint(std::string(names_.Get(text.address, text.size)));
  }
  CHECK(more.AppendToString(&row)) << "inode " << record.id();
  return row;
}

// Everything but name, parent and, of a directory, children.
void InodeStore::LoadRow(uint32_t slot, std::string_view row) {
  InodeRecord& record = at(slot);
  record = RecordOf(row);
  if (record.directory) record.length.set(0);
  if (!record.has_rare && !record.has_ttl && !record.has_fingerprint) return;
  ProtoInode more;
  row.remove_prefix(sizeof(record));
  CHECK(more.ParseFromArray(row.data(), static_cast<int>(row.size()))) << "inode " << record.id();
  if (record.has_ttl) ttls_[slot] = more.ttl();
  if (record.has_fingerprint) {
    const std::string& text = more.ufs_fingerprint();
    fingerprints_[slot] = TextRef{names_.Put(text), static_cast<uint32_t>(text.size())};
  }
  if (record.has_rare) RareFromProto(more, &EditRare(slot));
}

uint32_t InodeStore::Install(uint32_t parent, std::string_view name, std::string_view row) {
  WriterLock lock(cache_mutex_);
  uint64_t hash = HashOfEdge(at(parent).id(), name);
  uint32_t here = by_edge_.Find(hash, [&](uint32_t slot) {
    return at(slot).parent == parent && NameOf(slot) == name;
  });
  if (here != kNoSlot) return here;
  uint32_t slot = NewSlot();
  LoadRow(slot, row);
  InodeRecord& record = at(slot);
  record.parent = parent;
  SetName(record, name);
  SlotState& state = StateOf(slot);
  state.referenced.store(1, std::memory_order_relaxed);
  state.unsaved = 0;
  state.stored = 1;
  state.cold_children =
      record.directory ? static_cast<uint64_t>(RecordOf(row).length.get()) : uint64_t{0};
  AddToIndexes(slot);
  AddToList(parent, slot);
  CHECK(StateOf(parent).cold_children > 0) << "inode " << record.id();
  --StateOf(parent).cold_children;
  return slot;
}

uint32_t InodeStore::FindResident(InodeId id) const {
  ReaderLock lock(cache_mutex_);
  uint32_t found = by_id_.Find(HashOfId(id), [&](uint32_t slot) { return at(slot).id() == id; });
  if (found != kNoSlot) StateOf(found).referenced.store(1, std::memory_order_relaxed);
  return found;
}

uint32_t InodeStore::FindIdBounded(InodeId id) const {
  // Looked at first: inodes may come in meanwhile, but none can leave.
  bool all_here = resident() == live_;
  uint32_t slot = FindResident(id);
  if (slot != kNoSlot || all_here || id > highest_cold_) return slot;
  std::vector<std::string> names;  // from the inode up to below what is here
  for (InodeId above = id; slot == kNoSlot; slot = FindResident(above)) {
    ColdInodes::Place place;
    bool found = cold_->Find(above, &place);
    if (!found && above == id) return kNoSlot;
    CHECK(found) << "inode " << id << ": its ancestor " << above << " is nowhere";
    names.push_back(std::move(place.name));
    above = place.parent;
  }
  for (; !names.empty(); names.pop_back()) {
    slot = FindChildBounded(slot, names.back());
    CHECK(slot != kNoSlot) << "inode " << id << ": an ancestor is gone: " << names.back();
  }
  return slot;
}

bool InodeStore::FindChildHere(uint32_t parent, std::string_view name, uint32_t* child) const {
  ReaderLock lock(cache_mutex_);
  *child = by_edge_.Find(HashOfEdge(at(parent).id(), name), [&](uint32_t slot) {
    return at(slot).parent == parent && NameOf(slot) == name;
  });
  if (*child == kNoSlot) return StateOf(parent).cold_children == 0;
  StateOf(*child).referenced.store(1, std::memory_order_relaxed);
  return true;
}

uint32_t InodeStore::FindChildBounded(uint32_t parent, std::string_view name) const {
  uint32_t child = kNoSlot;
  if (FindChildHere(parent, name, &child)) return child;
  std::string row;
  if (!cold_->Get(at(parent).id(), name, &row)) return kNoSlot;
  // What is where does not change for who looks at it.
  return const_cast<InodeStore*>(this)->Install(parent, name, row);
}

size_t InodeStore::ChildCount(uint32_t slot) const {
  if (!bounded_) {
    const ChildList* children = ListOf(slot);
    return (children == nullptr ? 0 : children->size()) + shown_children_;
  }
  ReaderLock lock(cache_mutex_);
  const ChildList* children = ListOf(slot);
  return (children == nullptr ? 0 : children->size()) + StateOf(slot).cold_children;
}

void InodeStore::VisitChildrenAt(uint32_t parent, size_t index, const ChildVisitor& visit) const {
  if (bounded_) return VisitMixed(parent, "", index, visit);
  const ChildList* children = ListOf(parent);
  if (children != nullptr) children->VisitAt(index, visit);
}

std::vector<uint32_t> InodeStore::ResidentChildren(uint32_t parent, std::string_view from,
                                                   size_t most) const {
  std::vector<uint32_t> slots;
  ReaderLock lock(cache_mutex_);
  const ChildList* children = ListOf(parent);
  if (children == nullptr) return slots;
  children->VisitFrom(from, [this](uint32_t slot) { return NameOf(slot); }, [&](uint32_t slot) {
    slots.push_back(slot);
    return slots.size() < most;
  });
  return slots;
}

// Merges the children that are here with the rows, by name. Children that other readers bring in
// meanwhile are met as rows, or here; Install tells.
void InodeStore::VisitMixed(uint32_t parent, std::string_view from, size_t skip,
                            const ChildVisitor& visit) const {
  bool all_here = false;
  {
    ReaderLock lock(cache_mutex_);
    all_here = StateOf(parent).cold_children == 0;
  }
  std::unique_ptr<ColdInodes::Rows> rows;
  if (!all_here) rows = cold_->Children(at(parent).id(), from);
  std::string cursor(from);
  for (size_t batch = kFirstBatch;; batch = std::min(batch * 2, kLargestBatch)) {
    std::vector<uint32_t> here = ResidentChildren(parent, cursor, batch);
    const bool last = here.size() < batch;
    for (size_t next = 0;;) {
      if (next == here.size() && !last) break;
      bool row_left = rows != nullptr && rows->Valid();
      if (next == here.size() && !row_left) return;
      int order = next == here.size() ? -1 : !row_left ? 1 : rows->name().compare(
                                                                 NameOf(here[next]));
      uint32_t slot = kNoSlot;
      if (order >= 0) slot = here[next++];
      if (order < 0 && skip == 0) {
        slot = const_cast<InodeStore*>(this)->Install(parent, rows->name(), rows->row());
      }
      if (order <= 0) rows->Next();
      if (skip > 0) {
        --skip;
        continue;
      }
      StateOf(slot).referenced.store(1, std::memory_order_relaxed);
      if (!visit(slot)) return;
    }
    cursor.assign(NameOf(here.back())).push_back('\0');
  }
}

bool InodeStore::MayLeave(uint32_t slot) const {
  const InodeRecord& record = at(slot);
  if (!record.used || !record.linked) return false;
  return !record.directory || ListOf(slot) == nullptr;
}

bool InodeStore::Save(size_t count, ColdInodes::WhenBusy when_busy,
                      std::vector<uint32_t>* picked) {
  std::vector<ColdInodes::Item> items;
  std::vector<uint32_t> written;
  {
    ReaderLock lock(cache_mutex_);
    for (size_t looks = count * kLooksPerPick; looks > 0 && picked->size() < count; --looks) {
      if (hand_ >= next_slot_) hand_ = 0;
      if (next_slot_ == 0) break;
      uint32_t slot = hand_++;
      if (!MayLeave(slot)) continue;
      SlotState& state = StateOf(slot);
      if (state.referenced.exchange(0, std::memory_order_relaxed) != 0) continue;
      picked->push_back(slot);
      if (state.stored && !state.unsaved) continue;
      written.push_back(slot);
      items.push_back({.place = {at(at(slot).parent).id(), std::string(NameOf(slot))},
                       .row = RowOf(slot),
                       .id = at(slot).id(),
                       .is_new = !state.stored});
    }
  }
  if (!cold_->Write(items, when_busy)) {
    picked->clear();
    return false;
  }
  for (uint32_t slot : written) {
    StateOf(slot).unsaved = 0;
    StateOf(slot).stored = 1;
  }
  return true;
}

size_t InodeStore::Evict(const std::vector<uint32_t>& picked) {
  size_t gone = 0;
  // Backwards, so that the free slots are taken in their order: who comes together leaves together.
  for (auto at_picked = picked.rbegin(); at_picked != picked.rend(); ++at_picked) {
    const uint32_t slot = *at_picked;
    // It may be another inode by now; whatever it is, these say whether it may go.
    if (!MayLeave(slot)) continue;
    const SlotState& state = StateOf(slot);
    if (!state.stored || state.unsaved) continue;
    if (state.referenced.load(std::memory_order_relaxed) != 0) continue;
    InodeRecord& record = at(slot);
    by_edge_.Erase(HashOfEdge(at(record.parent).id(), NameOf(slot)), slot);
    EraseFromList(record.parent, slot);
    ++StateOf(record.parent).cold_children;
    highest_cold_ = std::max(highest_cold_, record.id());
    record.linked = 0;
    DropSlot(slot);
    ++gone;
  }
  return gone;
}

void InodeStore::ShowRowsOf(const InodeStore& other) {
  CHECK(live_ == 0) << "it holds inodes";
  ownerships_ = other.ownerships_;
  block_sizes_ = other.block_sizes_;
}

uint32_t InodeStore::ShowRow(InodeId parent, std::string_view name, std::string_view row) {
  if (resident() == 0) {
    NewSlot();
    NewSlot();
    at(0) = InodeRecord{};
    at(1) = InodeRecord{};
  }
  constexpr uint32_t kParent = 0;
  constexpr uint32_t kShown = 1;
  InodeRecord& record = at(kShown);
  SetTtl(kShown, kNoTtl);
  SetFingerprint(kShown, {});
  if (record.has_rare) rare_.erase(kShown);
  FreeName(record);
  at(kParent).directory = 1;
  at(kParent).set_id(parent);
  at(kParent).parent = kNoSlot;
  LoadRow(kShown, row);
  record.parent = kParent;
  SetName(record, name);
  shown_children_ = record.directory ? static_cast<size_t>(RecordOf(row).length.get()) : 0;
  return kShown;
}

}  // namespace alluxio::master
