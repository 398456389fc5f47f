// Where a worker keeps blocks: tiers from fastest to slowest, each with directories and quotas.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

// Where a new block may go.
struct Placement {
  int tier = 0;                // 0 = top; beyond the last = last; -1 = last, -2 = the one above
  std::string medium;          // "" = any
  int64_t reserve_bytes = 0;   // set aside at once
  bool pin = false;            // not evictable until the master's pin list speaks for the file
  bool whole = false;          // the block will have exactly reserve_bytes, all from the worker
};

}  // namespace alluxio::worker
