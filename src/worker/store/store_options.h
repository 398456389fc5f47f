// Where a worker keeps blocks: tiers from fastest to slowest, each with directories and quotas.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/ids.h"

namespace alluxio::worker {

struct StorageDirOptions {
  std::string path;           // for example /mnt/ramdisk; blocks live in <path>/<data_folder>
  int64_t quota_bytes = 0;
  std::string medium;         // "MEM", "SSD", "HDD"
};

struct StorageTierOptions {
  std::string alias;          // "MEM", "SSD", "HDD"
  std::vector<StorageDirOptions> dirs;
};

struct StoreOptions {
  std::vector<StorageTierOptions> tiers;       // top tier first; at least one directory in all
  std::string data_folder = "alluxioworker";   // no slashes at the ends
  std::string temp_folder = ".tmp_blocks";     // inside the data folder
  int64_t temp_subdirs = 1024;
  // Loose on purpose: clients on this host open block files themselves (short circuit).
  uint32_t folder_mode = 0777;
  // Files of this many bytes and more are reused in memory; smaller ones are as quick anew.
  int64_t recycle_from_bytes = int64_t{1} << 20;
};

// Whether a new block may get the file of one that is gone, the old bytes still in it. Only memory
// tiers keep such files.
enum class Reuse : uint8_t {
  kNever,
  kWhole,   // the block will have exactly reserve_bytes, all from the worker
  kStream,  // all from the worker, and it ends where it ends
  kClient,  // a client on this host writes the file; TempBlock::Seal() says where it ends
};

// For a block whose length is not known yet. The first of a file may be a short one, for which a
// long file would have to be cut off, and that costs more than new memory; those behind it follow
// a full one.
inline Reuse ReuseFor(BlockId id, Reuse how) { return SequenceOf(id) > 0 ? how : Reuse::kNever; }

// Where a new block may go.
struct Placement {
  int tier = 0;                // 0 = top; beyond the last = last; -1 = last, -2 = the one above
  std::string medium;          // "" = any
  int64_t reserve_bytes = 0;   // set aside at once
  bool pin = false;            // not evictable until the master's pin list speaks for the file
  Reuse reuse = Reuse::kNever;
};

}  // namespace alluxio::worker
