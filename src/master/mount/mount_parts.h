// MountParts: how the mount table is journaled: MOUNT_TABLE, MASTER_UFS_MANAGER (maintenance modes)
// and ACTIVE_SYNC_MANAGER (kept from Alluxio 2.9's journals, not acted upon).
#pragma once

#include <memory>
#include <vector>

#include "master/mount/mount_table.h"
#include "master/state/journaled_part.h"

namespace alluxio::master {

class MountParts {
 public:
  explicit MountParts(MountTable* table);  // outlives this
  ~MountParts();
  MountParts(const MountParts&) = delete;
  MountParts& operator=(const MountParts&) = delete;

  // In the order of a FileSystemMaster checkpoint; owned by this.
  std::vector<JournaledPart*> parts() const;

 private:
  class Mounts;
  class Modes;
  class SyncPoints;

  std::unique_ptr<Mounts> mounts_;
  std::unique_ptr<Modes> modes_;
  std::unique_ptr<SyncPoints> sync_points_;
};

}  // namespace alluxio::master
