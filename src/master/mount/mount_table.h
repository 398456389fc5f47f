// MountTable: which part of the namespace lives in which under store, and the open under stores.
//
// The root mount comes from the configuration and is never journaled; every other one is an
// add_mount_point entry (Apply and checkpoints: mount_parts.h). Thread-safe: lookups take one leaf
// lock briefly and may be made under the tree lock. Edits are recorded under the tree lock, which
// orders them with inode edits. Opening an under store may block, so OpenUfs belongs on a thread
// that may.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/shared_mutex.h"
#include "master/mount/mount_point.h"
#include "master/mount/ufs_mode.h"
#include "master/state/edit.h"
#include "ufs/ufs.h"

namespace alluxio::master {

using MountPointPtr = std::shared_ptr<const MountPoint>;

// Where a path of the namespace is in its under store.
struct MountResolution {
  MountPointPtr mount;
  std::string key;      // relative to the mount's under-store root
  std::string ufs_uri;  // full
};

class MountTable {
 public:
  // `root` is mounted at "/" with kRootMountId whatever its other members say. `factory` outlives
  // the table.
  MountTable(MountPoint root, ufs::UfsFactory* factory);
  MountTable(const MountTable&) = delete;
  MountTable& operator=(const MountTable&) = delete;

  // The longest mount point that covers `path`; there always is one.
  MountResolution Resolve(std::string_view path) const;
  MountPointPtr MountOf(std::string_view path) const;
  // The mount of Resolve(), and where `path` is below its under-store root. Copies nothing.
  MountPointPtr Covering(std::string_view path, std::string_view* key) const;
  // Is there a mount point below `folder`, itself apart?
  bool HasMountBelow(std::string_view folder) const;
  // NOT_FOUND when no mount covers the URI.
  Result<std::string> ReverseResolve(const std::string& ufs_uri) const;
  MountPointPtr Find(std::string_view path) const;  // exactly at `path`, else null
  MountPointPtr FindById(MountId id) const;         // null when unknown
  bool IsMountPoint(std::string_view path) const;
  // Is there a mount point at or below `path`, the root apart?
  bool ContainsMountPoint(std::string_view path) const;
  std::vector<MountPointPtr> List() const;  // ordered by path
  // Rises when a mount comes, goes or gets other options.
  uint64_t changes() const { return changes_.load(std::memory_order_acquire); }

  // What the mount of `path` says of the interval of comparisons with its under store, in
  // milliseconds; nothing when it says nothing. One relaxed load while no mount does.
  std::optional<int64_t> SyncIntervalOf(std::string_view path) const;

  // PERMISSION_DENIED below a read-only mount point.
  Status CheckWritable(std::string_view path) const;
  // INVALID_ARGUMENT when a mount of `ufs_uri` at `path` collides with an existing one. `ignoring`
  // leaves one mount out, for updates.
  Status CheckNew(std::string_view path, const std::string& ufs_uri,
                  MountId ignoring = kNoMount) const;

  // The under store of a mount of this table, opened at the first use and shared. May block: also
  // on closing those of mounts that are gone, which wait for this.
  Result<std::shared_ptr<ufs::Ufs>> OpenUfs(const MountPoint& mount);
  // Opens without keeping it: to try options before they are recorded. May block.
  Result<std::shared_ptr<ufs::Ufs>> TryOpen(const MountPoint& mount) const;

  // Maintenance modes. PERMISSION_DENIED when the mode forbids it.
  Status CheckUfsAllowed(const MountPoint& mount, bool write) const;
  UfsMode ModeOf(const std::string& ufs_uri) const;

  std::vector<std::string> SyncPoints() const;

  // --- edits, to be recorded under the tree lock ---------------------------------------------
  static Edit AddEdit(const MountPoint& mount);
  static Edit DeleteEdit(std::string_view path);
  static Result<Edit> ModeEdit(const std::string& ufs_uri, UfsMode mode);
  std::optional<Edit> RemoveSyncPointEdit(const std::string& path) const;  // none: not one

 private:
  friend class MountParts;
  using Mounts = std::map<std::string, MountPointPtr, std::less<>>;

  // Takes opened stores out of use. An edit does that, under the tree lock and on a thread of the
  // transport; to close one may wait for its threads and connections.
  void Retire(MountId id) REQUIRES(mutex_);
  void RetireAll() REQUIRES(mutex_);
  // To be called after each change of mounts_.
  void NoteChange() REQUIRES(mutex_);
  bool only_root() const { return only_root_.load(std::memory_order_acquire); }
  MountPointPtr FindLocked(std::string_view path) const REQUIRES_SHARED(mutex_);

  ufs::UfsFactory* const factory_;
  const MountPointPtr root_;
  mutable SharedMutex mutex_{LockRank::kLeaf};
  Mounts mounts_ GUARDED_BY(mutex_);
  std::map<MountId, std::shared_ptr<ufs::Ufs>> open_ GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<ufs::Ufs>> retired_ GUARDED_BY(mutex_);
  std::map<std::string, UfsMode> modes_ GUARDED_BY(mutex_);  // by UfsUri::StoreText
  std::map<std::string, MountId> sync_points_ GUARDED_BY(mutex_);  // by path
  std::map<MountId, int64_t> sync_transactions_ GUARDED_BY(mutex_);
  std::map<MountId, int64_t> intervals_ GUARDED_BY(mutex_);  // of mounts that have one
  std::atomic<bool> has_intervals_ = false;  // relaxed: an access or two may miss a new mount's
  // Release/acquire: mounts change under the tree lock, and most namespaces have no other.
  std::atomic<bool> only_root_ = true;
  std::atomic<uint64_t> changes_ = 0;  // release/acquire, as above
};

}  // namespace alluxio::master
