// InodeStore: the memory of the tree.
//
//   records   fixed 44 bytes, in slabs, addressed by slot
//   names     in a TextArena            by id, by (parent, name)   SlotIndex each
//   children  a ChildList a directory   rare fields                hash maps by slot
//
// It keeps these consistent and knows nothing of journals or permissions. A slot is used again
// after Destroy. Guarded by the tree lock.
//
// A store with ColdInodes under it is bounded: it holds the inodes that were in use lately, and
// Save and Evict move others out (inode_store_cold.cc). Then
//   - an inode here is newer than its row; a row whose inode is not here is the inode;
//   - the ancestors of an inode here are here, and so is what is not linked;
//   - a slot stays what it is until Evict, for which nobody may hold a view or the shared lock.
// Look-ups may read the disk and bring inodes in, also under the shared tree lock: indexes, lists
// of children and side tables of a bounded store are guarded by cache_mutex_ between readers.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/huge_slabs.h"
#include "base/shared_mutex.h"
#include "master/state/change_counts.h"
#include "master/tree/child_list.h"
#include "master/tree/cold_inodes.h"
#include "master/tree/inode_record.h"
#include "master/tree/slot_index.h"
#include "master/tree/text_arena.h"
#include "model/acl.h"

namespace alluxio::master {

struct InodeTimes {
  int64_t creation_ms = 0;
  int64_t modification_ms = 0;
  int64_t access_ms = 0;
  bool operator==(const InodeTimes&) const = default;
};

// What few inodes have. Defaults are those of an inode without it.
struct RareFields {
  std::map<std::string, std::string> xattr;
  ExtendedAcl acl;
  std::optional<DefaultAcl> default_acl;
  std::vector<std::string> media;
  // What the record has no room for; 0 when it has.
  InodeTimes times;
  int64_t length = 0;
  int64_t block_count = 0;
  int64_t block_size = 0;
  uint32_t ownership = 0;
  int32_t replication_durable = 0;
  int32_t replication_min = 0;
  int32_t replication_max = -1;
  int64_t persist_job_id = -1;
  int64_t should_persist_time_ms = 0;
  std::string temp_ufs_path;
  bool operator==(const RareFields&) const = default;
};

class ImageReader;
class ImageWriter;

class InodeStore {
 public:
  static constexpr uint32_t kNoSlot = SlotIndex::kNone;
  using ChildVisitor = std::function<bool(uint32_t slot)>;

  // Bounded when `cold` is not null.
  explicit InodeStore(std::unique_ptr<ColdInodes> cold = nullptr);
  ~InodeStore();
  InodeStore(const InodeStore&) = delete;
  InodeStore& operator=(const InodeStore&) = delete;

  // A new unlinked inode; id is not in the store, and of a file one that FileIdOfContainer gives
  // (CHECKed). Everything else has its zero value.
  uint32_t Create(InodeId id, std::string_view name, bool directory);
  // Hangs an unlinked inode into `parent` under its name, which is free there.
  void Link(uint32_t slot, uint32_t parent);
  // Takes it out again, with all that is below it.
  void Unlink(uint32_t slot);
  void Rename(uint32_t slot, std::string_view name);  // of an unlinked inode
  // Frees an unlinked inode without children.
  void Destroy(uint32_t slot);
  void Clear();

  uint32_t FindId(InodeId id) const;
  uint32_t FindChild(uint32_t parent, std::string_view name) const;
  // Ask for the memory that a look-up of the same reads first.
  void PrefetchId(InodeId id) const { by_id_.Prefetch(HashOfId(id)); }
  void PrefetchEdge(InodeId parent, std::string_view name) const {
    by_edge_.Prefetch(HashOfEdge(parent, name));
  }
  uint32_t root() const { return root_; }
  void SetRoot(uint32_t slot) { root_ = slot; }

  InodeRecord& at(uint32_t slot) { return slabs_[slot >> kSlabBits][slot & kSlabMask]; }
  const InodeRecord& at(uint32_t slot) const { return slabs_[slot >> kSlabBits][slot & kSlabMask]; }
  size_t size() const { return live_; }  // with those that are not here
  size_t resident() const { return resident_.load(std::memory_order_relaxed); }
  // Slots below this may be in use; ask InodeRecord::used.
  uint32_t slot_limit() const { return next_slot_; }

  std::string_view NameOf(uint32_t slot) const {
    const InodeRecord& record = at(slot);
    if (record.name_size == InodeRecord::kLongName) return LongName(record);
    return names_.Get(record.name, record.name_size);
  }
  size_t ChildCount(uint32_t slot) const;  // of a directory
  // As ChildList::VisitAt.
  void VisitChildrenAt(uint32_t parent, size_t index, const ChildVisitor& visit) const;
  // As ChildList::VisitFrom. `visit` changes nothing.
  template <typename Visit>
  void VisitChildren(uint32_t parent, std::string_view from, const Visit& visit) const {
    if (bounded_) return VisitMixed(parent, from, 0, visit);
    const ChildList* children = ListOf(parent);
    if (children == nullptr) return;
    children->VisitFrom(from, [this](uint32_t slot) { return NameOf(slot); }, visit);
  }

  void SetOwnership(uint32_t slot, std::string_view owner, std::string_view group);
  std::string_view OwnerOf(uint32_t slot) const { return ownerships_[OwnershipOf(slot)].owner; }
  std::string_view GroupOf(uint32_t slot) const { return ownerships_[OwnershipOf(slot)].group; }

  void SetTimes(uint32_t slot, const InodeTimes& times);
  InodeTimes TimesOf(uint32_t slot) const {
    const InodeRecord& record = at(slot);
    if (record.rare_times) return Rare(slot).times;
    const int64_t creation = record.creation.get();
    return {creation, creation + record.modification.get(), creation + record.access.get()};
  }
  // Of files.
  void SetLength(uint32_t slot, int64_t length);
  int64_t LengthOf(uint32_t slot) const {
    int64_t length = at(slot).length.get();
    return length == PackedInt<5>::kElsewhere ? Rare(slot).length : length;
  }
  void SetBlockCount(uint32_t slot, uint32_t count);
  uint32_t BlockCountOf(uint32_t slot) const {
    uint8_t count = at(slot).file.block_count;
    if (count != InodeRecord::kRareBlockCount) return count;
    return static_cast<uint32_t>(Rare(slot).block_count);
  }
  void SetTtl(uint32_t slot, int64_t ttl_ms);
  int64_t TtlOf(uint32_t slot) const;
  void SetFingerprint(uint32_t slot, std::string_view fingerprint);
  std::string_view FingerprintOf(uint32_t slot) const;
  void SetBlockSize(uint32_t slot, int64_t block_size);
  int64_t BlockSizeOf(uint32_t slot) const;
  void SetReplication(uint32_t slot, int32_t durable, int32_t min, int32_t max);
  int32_t ReplicationDurableOf(uint32_t slot) const;
  int32_t ReplicationMinOf(uint32_t slot) const;
  int32_t ReplicationMaxOf(uint32_t slot) const;

  // The rare fields when there are any, else the defaults.
  const RareFields& Rare(uint32_t slot) const;
  // For changing them; call SettleRare afterwards, which drops them when they are back to default.
  RareFields& EditRare(uint32_t slot);
  void SettleRare(uint32_t slot);

  size_t MemoryBytes() const;

  // All of it as it lies in memory (flat_image.h), of a store that is not bounded. Loading is into
  // an empty one, to be cleared after an error.
  Status SaveImage(ImageWriter& image) const;
  Status LoadImage(ImageReader& image);

  // Of a bounded store.
  bool bounded() const { return bounded_; }
  const ColdInodes* cold() const { return cold_.get(); }
  // The fields of this inode were changed, or its children: its row is old, and so is what was
  // read of its parent's children.
  void NoteChange(uint32_t slot) {
    if (bounded_) StateOf(slot).unsaved = 1;
    const uint32_t parent = at(slot).parent;
    if (parent != kNoSlot) changes_.Note(at(parent).id());
  }
  // Whether the children of a directory are the same ones with the same fields.
  ChangeCounts::Stamp ChangesOf(uint32_t slot) const { return changes_.Of(at(slot).id()); }
  // Picks up to `count` inodes that were not in use lately and writes the rows of those that have
  // changed. The tree lock is held, shared at least. False when the disk is busy.
  bool Save(size_t count, ColdInodes::WhenBusy when_busy, std::vector<uint32_t>* picked);
  // Drops those of them that nobody has touched since. The tree lock is held exclusively, or nobody
  // else is there. Returns how many.
  size_t Evict(const std::vector<uint32_t>& picked);

  // As the tables of this store hash; every bit counts.
  uint64_t HashOfId(InodeId id) const;
  uint64_t HashOfEdge(InodeId parent, std::string_view name) const;

  // For looking at rows one at a time, in a store of its own: the inode at the slot that is
  // returned, whose parent is a directory with this id. Good until the next call.
  uint32_t ShowRow(InodeId parent, std::string_view name, std::string_view row);
  // Owners and block sizes as rows name them. Not for a store that holds inodes.
  void ShowRowsOf(const InodeStore& other);
  // FindChild without the disk: false when that would have to look there.
  bool FindChildHere(uint32_t parent, std::string_view name, uint32_t* child) const;
  // What is here.
  uint32_t FindResident(InodeId id) const;
  std::vector<uint32_t> ResidentChildren(uint32_t parent, std::string_view from, size_t most) const;
  static bool IsDirectoryRow(std::string_view row);

 private:
  static constexpr int kSlabBits = 16;
  static constexpr uint32_t kSlabMask = (1u << kSlabBits) - 1;
  struct Ownership {
    std::string owner;
    std::string group;
  };
  struct TextRef {
    uint32_t address = 0;
    uint32_t size = 0;
  };

  struct SlotState {
    std::atomic<uint8_t> referenced{0};  // a hint; readers set it without any order
    uint8_t unsaved = 0;                 // there is no row, or it is old
    uint8_t stored = 0;                  // there is a row
    uint64_t cold_children = 0;          // linked to this directory, but not here
  };

  struct IdKeys;    // what SlotIndex asks of by_id_
  struct EdgeKeys;  // and of by_edge_

  uint32_t NewSlot();
  void AddToIndexes(uint32_t slot);  // both
  void SetName(InodeRecord& record, std::string_view name);
  void FreeName(const InodeRecord& record);
  std::string_view LongName(const InodeRecord& record) const;
  uint32_t OwnershipOf(uint32_t slot) const {
    uint16_t number = at(slot).ownership;
    return number == InodeRecord::kRareOwnership ? Rare(slot).ownership : number;
  }
  // The children of a directory that are here; null when there are none.
  ChildList* ListOf(uint32_t directory) const {
    int64_t number = at(directory).length.get();
    return number == 0 ? nullptr : lists_[static_cast<size_t>(number) - 1].get();
  }
  void AddToList(uint32_t directory, uint32_t child);
  void EraseFromList(uint32_t directory, uint32_t child);
  static std::string OwnershipKey(std::string_view owner, std::string_view group);
  void DropSlot(uint32_t slot);

  SlotState& StateOf(uint32_t slot) const { return states_[slot >> kSlabBits][slot & kSlabMask]; }
  uint32_t FindIdBounded(InodeId id) const;
  uint32_t FindChildBounded(uint32_t parent, std::string_view name) const;
  // Brings a row in, unless it came in meanwhile.
  uint32_t Install(uint32_t parent, std::string_view name, std::string_view row);
  void VisitMixed(uint32_t parent, std::string_view from, size_t skip,
                  const ChildVisitor& visit) const;
  std::string RowOf(uint32_t slot) const;
  void LoadRow(uint32_t slot, std::string_view row);
  bool MayLeave(uint32_t slot) const;
  Status SaveLists(ImageWriter& image) const;  // inode_store_image.cc
  Status LoadLists(ImageReader& image);
  Status SaveSides(ImageWriter& image) const;
  Status LoadSides(ImageReader& image);
  Status LoadRecords(ImageReader& image);

  uint64_t seed_;  // of the hashes: nobody can choose names that collide
  HugeSlabs slab_memory_{sizeof(InodeRecord) << kSlabBits};
  std::vector<InodeRecord*> slabs_;
  uint32_t next_slot_ = 0;
  uint32_t free_slot_ = kNoSlot;  // first of a list through InodeRecord::parent
  size_t live_ = 0;
  std::atomic<size_t> resident_{0};  // a count; orders nothing
  uint32_t root_ = kNoSlot;
  TextArena names_;
  std::vector<std::unique_ptr<ChildList>> lists_;  // by their number less 1
  std::vector<uint32_t> free_lists_;               // numbers
  SlotIndex by_id_;
  SlotIndex by_edge_;
  std::vector<Ownership> ownerships_;
  absl::flat_hash_map<std::string, uint32_t> ownership_of_;
  std::vector<int64_t> block_sizes_;
  absl::flat_hash_map<uint32_t, int64_t> ttls_;
  absl::flat_hash_map<uint32_t, TextRef> fingerprints_;
  absl::flat_hash_map<uint32_t, std::unique_ptr<RareFields>> rare_;

  ChangeCounts changes_{size_t{1} << 16};  // of directories
  size_t shown_children_ = 0;  // of the directory that ShowRow shows

  // Of a bounded store.
  const std::unique_ptr<ColdInodes> cold_;
  const bool bounded_;
  mutable SharedMutex cache_mutex_{LockRank::kLeaf};  // see above; never held over I/O
  std::vector<std::unique_ptr<SlotState[]>> states_;
  InodeId highest_cold_ = -1;
  uint32_t hand_ = 0;  // of the clock that picks who leaves; of whoever calls Save
};

}  // namespace alluxio::master
