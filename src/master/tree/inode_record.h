// InodeRecord: the 44 bytes every inode takes. Only InodeStore and Apply look inside.
//
// A field that is too small for what an inode has says so, and RareFields has it: ask InodeStore
// for those (SetLength, LengthOf ...) instead of the record.
#pragma once

#include <cstdint>

#include "master/tree/packed_int.h"
#include "model/file_info.h"
#include "model/ids.h"

namespace alluxio::master {

struct InodeRecord {
  uint32_t parent;  // slot; kNoSlot for the root; next free slot when not in use
  uint32_t name;    // address in the arena
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
  uint32_t rare_times : 1;  // RareFields has all three

  static constexpr uint16_t kRareOwnership = 0xFFFF;
  static constexpr uint8_t kLongName = 255;
  static constexpr uint8_t kRareBlockCount = 255;
  static constexpr uint8_t kRareBlockSize = 255;

  uint16_t ownership;  // owner and group, interned; kRareOwnership
  uint8_t name_size;   // kLongName: the size lies in front of the name
  union {
    struct {
      uint8_t block_count;       // kRareBlockCount
      uint8_t block_size_index;  // kRareBlockSize
      uint8_t unused;
    } file;
    uint8_t sequence[3];  // of a directory's id; files all have the same
  };
  PackedInt<5> length;     // of a file; of a directory the number of its list of children, 0 = none
  PackedInt<5> container;  // of the id
  PackedInt<6> creation;
  PackedInt<5> modification;  // less creation
  PackedInt<5> access;        // less creation

  InodeId id() const {
    uint32_t number = kMaxSequence;
    if (directory) number = sequence[0] | uint32_t{sequence[1]} << 8 | uint32_t{sequence[2]} << 16;
    return MakeId(container.get(), number);
  }
  // Of a file only FileIdOfContainer(...).
  void set_id(InodeId id) {
    container.set(ContainerOf(id));
    if (!directory) return;
    for (int i = 0; i < 3; ++i) sequence[i] = static_cast<uint8_t>(id >> (8 * i));
  }
  PersistenceState persistence() const { return static_cast<PersistenceState>(persistence_bits); }
  void set_persistence(PersistenceState state) {
    persistence_bits = static_cast<uint32_t>(state) & 3;
  }
  TtlAction ttl_action() const { return static_cast<TtlAction>(ttl_action_bits); }
  void set_ttl_action(TtlAction action) { ttl_action_bits = static_cast<uint32_t>(action) & 3; }
};

static_assert(sizeof(InodeRecord) == 44, "every byte counts ten million times");

}  // namespace alluxio::master
