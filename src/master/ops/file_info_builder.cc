#include "master/ops/file_info_builder.h"

#include <algorithm>

#include "master/block/block_master.h"
#include "master/mount/mount_table.h"

namespace alluxio::master {

FileInfo FileInfoBuilder::Build(InodeView inode, std::string_view path) const {
  FileInfo info;
  inode.FillFileInfo(&info);
  info.path = std::string(path);
  MountResolution resolution = parts_.mounts->Resolve(path);
  bool shown = mount_info_ == MountInfo::kShown;
  if (shown) info.ufs_path = std::move(resolution.ufs_uri);
  info.mount_id = shown ? resolution.mount->id : 0;
  info.mount_point = path != "/" && resolution.mount->path == path;  // as Alluxio says it
  if (inode.is_file()) FillBlocks(inode, &info);
  return info;
}

void FileInfoBuilder::FillBlocks(InodeView inode, FileInfo* info) const {
  info->block_ids = inode.block_ids();
  std::vector<BlockInfo> blocks = parts_.blocks->GetBlockInfos(info->block_ids);
  int64_t length = inode.completed() ? std::max<int64_t>(inode.length(), 0) : 0;
  if (!inode.completed()) info->length = 0;
  int64_t in_alluxio = 0;
  int64_t in_memory = 0;
  for (size_t i = 0; i < blocks.size(); ++i) {
    FileBlockInfo block;
    block.offset = static_cast<int64_t>(i) * inode.block_size();
    block.block = std::move(blocks[i]);
    if (block.block.length <= 0 && inode.completed()) {
      // A block nobody committed (its file was written through): its length follows from the file.
      block.block.length = std::clamp<int64_t>(length - block.offset, 0, inode.block_size());
    }
    if (!block.block.locations.empty()) in_alluxio += block.block.length;
    bool memory = std::any_of(block.block.locations.begin(), block.block.locations.end(),
                              [](const BlockLocation& at) { return at.tier_alias == "MEM"; });
    if (memory) in_memory += block.block.length;
    info->blocks.push_back(std::move(block));
  }
  auto percent = [&](int64_t bytes) {
    if (length == 0) return 100;
    return static_cast<int32_t>(std::min<int64_t>(100, bytes * 100 / length));
  };
  info->in_alluxio_percentage = percent(in_alluxio);
  info->in_memory_percentage = percent(in_memory);
}

}  // namespace alluxio::master
