// InodeRecord: the 56 bytes every inode takes. Only InodeStore and Apply look inside.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "model/file_info.h"
#include "model/ids.h"

namespace alluxio::master {

class ChildList;

// Milliseconds in 48 bits: 4459 years either way; what lies beyond is moved to the nearest end.
class PackedTime {
 public:
  int64_t get() const {
    uint64_t bits = uint64_t{part_[0]} | uint64_t{part_[1]} << 16 | uint64_t{part_[2]} << 32;
    return static_cast<int64_t>(bits << 16) >> 16;
  }
  void set(int64_t ms) {
    constexpr int64_t kMost = (int64_t{1} << 47) - 1;
    uint64_t bits = static_cast<uint64_t>(std::clamp(ms, -kMost - 1, kMost));
    for (int i = 0; i < 3; ++i) part_[i] = static_cast<uint16_t>(bits >> (16 * i));
  }

 private:
  uint16_t part_[3] = {0, 0, 0};
};

struct InodeRecord {
  InodeId id;
  union {
    int64_t length;       // of a file; -1 = unknown
    ChildList* children;  // of a directory; null = none, owned by the store
  };
  uint32_t parent;     // slot; kNoSlot for the root; next free slot when not in use
  uint32_t name;       // address in the arena
  uint32_t ownership;  // owner and group, interned
  // One word of flags.
  uint32_t mode : 9;
  uint32_t used : 1;
  uint32_t directory : 1;
  uint32_t pinned : 1;
  uint32_t completed : 1;
  uint32_t cacheable : 1;
  uint32_t mount_point : 1;
  uint32_t children_loaded : 1;
  uint32_t persistence_bits : 2;
  uint32_t ttl_action_bits : 2;
  uint32_t has_ttl : 1;
  uint32_t has_fingerprint : 1;
  uint32_t has_rare : 1;
  uint32_t replication_max_is_rare : 1;  // otherwise -1
  uint32_t replication_durable : 2;      // 3 = rare
  uint32_t replication_min : 2;          // 3 = rare
  uint32_t linked : 1;
  uint32_t block_count : 24;
  uint32_t block_size_index : 8;  // 255 = rare
  uint16_t name_size;
  PackedTime creation;
  PackedTime modification;
  PackedTime access;

  PersistenceState persistence() const { return static_cast<PersistenceState>(persistence_bits); }
  void set_persistence(PersistenceState state) {
    persistence_bits = static_cast<uint32_t>(state) & 3;
  }
  TtlAction ttl_action() const { return static_cast<TtlAction>(ttl_action_bits); }
  void set_ttl_action(TtlAction action) { ttl_action_bits = static_cast<uint32_t>(action) & 3; }
};

static_assert(sizeof(InodeRecord) == 56, "every byte counts ten million times");

}  // namespace alluxio::master
