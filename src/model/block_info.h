// What the master knows of a block.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/worker_info.h"

namespace alluxio {

struct BlockLocation {
  WorkerId worker_id = 0;
  WorkerNetAddress address;
  std::string tier_alias;
  std::string medium_type;
};

struct BlockInfo {
  BlockId id = 0;
  int64_t length = 0;
  std::vector<BlockLocation> locations;
};

struct FileBlockInfo {
  BlockInfo block;
  int64_t offset = 0;  // of the block in the file
  std::vector<std::string> ufs_locations;
};

}  // namespace alluxio
