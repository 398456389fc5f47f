#include "master/ops/file_info_writer.h"

#include <algorithm>
#include <utility>

#include "master/block/block_master.h"
#include "model/path.h"

namespace alluxio::master {

void FileInfoWriter::Write(InodeView inode, std::string_view path,
                           std::optional<int64_t> access_time_ms) {
  wire::FileInfoFields info;
  inode.FillFields(&info);
  if (access_time_ms) info.access_time_ms = *access_time_ms;
  info.path = {path, {}};
  std::string_view key;
  const MountPointPtr mount = parts_.mounts->Covering(path, &key);
  SetMount(*mount, {mount->ufs_uri, key}, &info);
  info.mount_point = path != "/" && mount->path == path;
  WriteFields(inode, &info);
}

void FileInfoWriter::WriteChild(InodeView inode, std::string_view folder) {
  if (mount_ == nullptr || folder != folder_) FindFolder(folder);
  if (mounts_below_) return Write(inode, JoinPath(folder, inode.name()));
  wire::FileInfoFields info;
  inode.FillFields(&info);
  info.path = {folder, info.name};
  SetMount(*mount_, {ufs_folder_, info.name}, &info);
  info.mount_point = false;
  WriteFields(inode, &info);
}

void FileInfoWriter::FindFolder(std::string_view folder) {
  folder_ = folder;
  mounts_below_ = parts_.mounts->HasMountBelow(folder);
  MountResolution resolution = parts_.mounts->Resolve(folder);
  mount_ = std::move(resolution.mount);
  ufs_folder_ = std::move(resolution.ufs_uri);
}

void FileInfoWriter::SetMount(const MountPoint& mount, const wire::JoinedPath& ufs_path,
                              wire::FileInfoFields* info) const {
  if (mount_info_ == MountInfo::kLeftOut) return;
  info->ufs_path = ufs_path;
  info->mount_id = mount.id;
}

void FileInfoWriter::WriteFields(InodeView inode, wire::FileInfoFields* info) {
  const bool open = inode.is_file() && !info->completed;
  if (open) info->length = 0;
  wire::FileInfoEncoder encoder(field_, &out_);
  encoder.Head(*info);
  wire::CachedShare share;
  if (!info->folder) share = WriteBlocks(*info, &encoder);
  encoder.Tail(*info, share);
}

wire::CachedShare FileInfoWriter::WriteBlocks(const wire::FileInfoFields& info,
                                              wire::FileInfoEncoder* encoder) const {
  const int64_t length = std::max<int64_t>(info.length, 0);
  if (length == 0 && info.block_count == 0) return {100, 100};
  int64_t in_alluxio = 0;
  int64_t in_memory = 0;
  int64_t offset = 0;
  auto write = [&](const BlockMaster::KnownBlock& known) {
    wire::FileInfoEncoder::BlockFields block{known.id, known.length, offset};
    if (block.length <= 0 && info.completed) {
      // A block nobody committed (its file was written through): its length follows from the file.
      block.length = std::clamp<int64_t>(length - offset, 0, info.block_size);
    }
    encoder->Block(block, known.locations);
    if (!known.locations.empty()) in_alluxio += block.length;
    const bool memory = std::ranges::any_of(
        known.locations, [](const auto& at) { return at.tier_alias == "MEM"; });
    if (memory) in_memory += block.length;
    offset += info.block_size;
  };
  if (info.block_count > 0) {
    parts_.blocks->VisitBlocks(MakeId(ContainerOf(info.id), 0), info.block_count, write);
  }
  auto percent = [&](int64_t bytes) {
    if (length == 0) return 100;
    return static_cast<int32_t>(std::min<int64_t>(100, bytes * 100 / length));
  };
  return {percent(in_alluxio), percent(in_memory)};
}

}  // namespace alluxio::master
