// InodeLoader: records files and directories of an under store in the namespace.
//
// One object serves one batch: give it statuses, let it reserve ids with no lock held, then Apply
// under the tree lock, then Finish with no lock held.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "master/block/block_master.h"
#include "master/mount/mount_table.h"
#include "master/sync/path_sync.h"

namespace alluxio::master {

class InodeLoader {
 public:
  InodeLoader(const SyncParts& parts, const SyncSettings& settings, OpContext& context,
              MountPointPtr mount, std::string ufs_type);

  // Announces an inode of this batch and reserves its id. May wait; no lock held.
  Status Reserve(const ufs::UfsStatus& status);
  // Under the tree lock, before the first edit: `count` directories can be loaded then.
  Status EnsureDirectoryIds(size_t count);
  bool Reserved(const ufs::UfsStatus& status) const { return containers_.contains(status.key); }

  // --- the caller holds the tree lock exclusively --------------------------------------------
  // Records a new child of `parent` (at `parent_path`), which has no child of that name.
  Status Load(EditContext& edits, InodeView parent, const std::string& parent_path,
              const std::string& name, const ufs::UfsStatus& status);
  // Takes over what changed of owner, group, mode and fingerprint.
  void Update(EditContext& edits, InodeView inode, const ufs::UfsStatus& status);
  // Deletes a file that the under store had, whole.
  void RemoveFile(EditContext& edits, InodeView file, const std::string& path);

  // --- no lock held ----------------------------------------------------------------------------
  // Deletes the inode at `path` and everything below it that the under store had, in slices: what
  // was never persisted, or is being written, stays, and its ancestors. False when something
  // stayed. OK and true when another inode, or none, is at the path by now.
  Result<bool> RemoveTree(InodeId id, const std::string& path);
  // Waits for the disk while the journal takes no more. RESOURCE_EXHAUSTED when that is in vain.
  Status AwaitRoom();
  // Block lengths of loaded files, and block deletions of removed ones.
  Status Finish();

 private:
  Status LoadFile(EditContext& edits, InodeView parent, const std::string& path,
                  const std::string& name, const ufs::UfsStatus& status);
  Status LoadDirectory(EditContext& edits, InodeView parent, const std::string& path,
                       const std::string& name, const ufs::UfsStatus& status);
  void RemoveOne(EditContext& edits, InodeView inode, std::string_view path);
  int64_t TimeOf(const ufs::UfsStatus& status) const;
  Mode ModeFor(const ufs::UfsStatus& status) const;

  const SyncParts& parts_;
  const SyncSettings& settings_;
  OpContext& context_;
  const MountPointPtr mount_;
  const std::string ufs_type_;
  absl::flat_hash_map<std::string, int64_t> containers_;  // by key; 0 for directories
  std::vector<BlockMaster::UfsBlock> loaded_;
  std::vector<BlockId> removed_;
};

}  // namespace alluxio::master
