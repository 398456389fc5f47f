// InodeStore: the memory of the tree.
//
//   records   fixed 56 bytes, in slabs, addressed by slot
//   names     in a TextArena            by id, by (parent, name)   SlotIndex each
//   children  a ChildList a directory   rare fields                hash maps by slot
//
// It keeps these consistent and knows nothing of journals or permissions. A slot is used again
// after Destroy. Guarded by the tree lock.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "master/tree/child_list.h"
#include "master/tree/inode_record.h"
#include "master/tree/slot_index.h"
#include "master/tree/text_arena.h"
#include "model/acl.h"

namespace alluxio::master {

// What few inodes have. Defaults are those of an inode without it.
struct RareFields {
  std::map<std::string, std::string> xattr;
  ExtendedAcl acl;
  std::optional<DefaultAcl> default_acl;
  std::vector<std::string> media;
  int64_t block_size = 0;  // when the record's index cannot tell
  int32_t replication_durable = 0;
  int32_t replication_min = 0;
  int32_t replication_max = -1;
  int64_t persist_job_id = -1;
  int64_t should_persist_time_ms = 0;
  std::string temp_ufs_path;
  bool operator==(const RareFields&) const = default;
};

class InodeStore {
 public:
  static constexpr uint32_t kNoSlot = SlotIndex::kNone;

  InodeStore();
  ~InodeStore();
  InodeStore(const InodeStore&) = delete;
  InodeStore& operator=(const InodeStore&) = delete;

  // A new unlinked inode; id is not in the store. Everything else has its zero value.
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
  uint32_t root() const { return root_; }
  void SetRoot(uint32_t slot) { root_ = slot; }

  InodeRecord& at(uint32_t slot) { return slabs_[slot >> kSlabBits][slot & kSlabMask]; }
  const InodeRecord& at(uint32_t slot) const { return slabs_[slot >> kSlabBits][slot & kSlabMask]; }
  size_t size() const { return live_; }
  // Slots below this may be in use; ask InodeRecord::used.
  uint32_t slot_limit() const { return next_slot_; }

  std::string_view NameOf(uint32_t slot) const {
    const InodeRecord& record = at(slot);
    return names_.Get(record.name, record.name_size);
  }
  const ChildList* ChildrenOf(uint32_t slot) const { return at(slot).children; }
  // As ChildList::VisitFrom.
  template <typename Visit>
  void VisitChildren(uint32_t parent, std::string_view from, const Visit& visit) const {
    const ChildList* children = at(parent).children;
    if (children == nullptr) return;
    children->VisitFrom(from, [this](uint32_t slot) { return NameOf(slot); }, visit);
  }

  void SetOwnership(uint32_t slot, std::string_view owner, std::string_view group);
  std::string_view OwnerOf(uint32_t slot) const { return ownerships_[at(slot).ownership].owner; }
  std::string_view GroupOf(uint32_t slot) const { return ownerships_[at(slot).ownership].group; }

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

  struct IdKeys;    // what SlotIndex asks of by_id_
  struct EdgeKeys;  // and of by_edge_

  uint64_t HashOfId(InodeId id) const;
  uint64_t HashOfEdge(InodeId parent, std::string_view name) const;
  uint32_t NewSlot();
  void FreeName(InodeRecord& record);
  static std::string OwnershipKey(std::string_view owner, std::string_view group);

  const uint64_t seed_;  // of the hashes: nobody can choose names that collide
  std::vector<std::unique_ptr<InodeRecord[]>> slabs_;
  uint32_t next_slot_ = 0;
  uint32_t free_slot_ = kNoSlot;  // first of a list through InodeRecord::parent
  size_t live_ = 0;
  uint32_t root_ = kNoSlot;
  TextArena names_;
  SlotIndex by_id_;
  SlotIndex by_edge_;
  std::vector<Ownership> ownerships_;
  absl::flat_hash_map<std::string, uint32_t> ownership_of_;
  std::vector<int64_t> block_sizes_;
  absl::flat_hash_map<uint32_t, int64_t> ttls_;
  absl::flat_hash_map<uint32_t, TextRef> fingerprints_;
  absl::flat_hash_map<uint32_t, std::unique_ptr<RareFields>> rare_;
};

}  // namespace alluxio::master
