// PersistTicket: what a worker needs to write one file of the namespace to its under store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/block_info.h"
#include "model/ids.h"
#include "model/mode.h"

namespace alluxio::master {

struct PersistTicket {
  InodeId file_id = kNoInode;
  std::string path;           // at the time the ticket was written; informational
  MountId mount_id = kNoMount;
  std::string temp_ufs_path;  // full URI; unique by file id, survives a rename of the file
  int64_t length = 0;
  int64_t block_size = 0;
  std::vector<BlockInfo> blocks;  // in file order, with locations
  std::string owner;
  std::string group;
  Mode mode;
};

}  // namespace alluxio::master
