// FileInfoWriter: what FileInfoBuilder tells, as the bytes that are sent: straight from the inode.
//
// For one slice: it lives under one hold of the tree lock, because it remembers what is mounted
// where. Takes block and mount locks below it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "master/mount/mount_table.h"
#include "master/ops/file_info_builder.h"
#include "master/ops/fs_parts.h"
#include "master/tree/inode_view.h"
#include "wire/file_info_encoder.h"

namespace alluxio::master {

class FileInfoWriter {
 public:
  // Each FileInfo becomes field `field` of what `out` holds; both outlive this.
  FileInfoWriter(const FsParts& parts, MountInfo mount_info, uint32_t field,
                 wire::ProtoWriter* out)
      : parts_(parts), mount_info_(mount_info), field_(field), out_(*out) {}

  // `access_time_ms`: instead of the inode's.
  void Write(InodeView inode, std::string_view path,
             std::optional<int64_t> access_time_ms = std::nullopt);
  // A child of `folder`; quicker for many of one folder.
  void WriteChild(InodeView inode, std::string_view folder);

 private:
  void FindFolder(std::string_view folder);
  void SetMount(const MountPoint& mount, const wire::JoinedPath& ufs_path,
                wire::FileInfoFields* info) const;
  void WriteFields(InodeView inode, wire::FileInfoFields* info);
  wire::CachedShare WriteBlocks(const wire::FileInfoFields& info,
                                wire::FileInfoEncoder* encoder) const;

  const FsParts& parts_;
  const MountInfo mount_info_;
  const uint32_t field_;
  wire::ProtoWriter& out_;
  // The folder of the last child.
  std::string folder_;
  std::string ufs_folder_;
  MountPointPtr mount_;  // null: there was no child yet
  bool mounts_below_ = false;
};

}  // namespace alluxio::master
