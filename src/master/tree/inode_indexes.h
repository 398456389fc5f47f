// InodeIndexes: the inodes that background chores look for. Kept by Apply; guarded by the tree
// lock. Sets are ordered so that a chore can continue after the last inode it saw.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "model/ids.h"

namespace alluxio::master {

class InodeIndexes {
 public:
  using IdSet = absl::btree_set<InodeId>;
  struct Expiry {
    int64_t at_ms = 0;  // creation time + ttl
    InodeId id = kNoInode;
    auto operator<=>(const Expiry&) const = default;
  };

  const IdSet& pinned_files() const { return pinned_; }
  // Files with a replication_max other than -1.
  const IdSet& replication_limited() const { return limited_; }
  // Inodes in state TO_BE_PERSISTED.
  const IdSet& to_be_persisted() const { return to_be_persisted_; }

  // Up to `limit` ids greater than `after` (kNoInode = from the beginning), for sliced walks.
  static std::vector<InodeId> Slice(const IdSet& set, InodeId after, size_t limit);
  // Up to `limit` expiries after `after` whose time is `now_ms` or earlier, soonest first.
  std::vector<Expiry> Expired(int64_t now_ms, const Expiry& after, size_t limit) const;
  size_t ttl_count() const { return expiry_of_.size(); }
  std::vector<InodeId> ttl_ids() const;

  // For Apply.
  void SetPinned(InodeId id, bool in) { Put(pinned_, id, in); }
  void SetLimited(InodeId id, bool in) { Put(limited_, id, in); }
  void SetToBePersisted(InodeId id, bool in) { Put(to_be_persisted_, id, in); }
  void SetExpiry(InodeId id, std::optional<int64_t> at_ms);
  void Remove(InodeId id);
  void Clear();

 private:
  static void Put(IdSet& set, InodeId id, bool in) {
    if (in) {
      set.insert(id);
    } else if (!set.empty()) {
      set.erase(id);
    }
  }

  IdSet pinned_;
  IdSet limited_;
  IdSet to_be_persisted_;
  absl::btree_set<Expiry> expiries_;
  absl::flat_hash_map<InodeId, int64_t> expiry_of_;
};

}  // namespace alluxio::master
