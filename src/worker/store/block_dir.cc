#include "worker/store/block_dir.h"

#include <fmt/core.h>

#include <charconv>

#include "base/crc32c.h"
#include "base/log.h"

namespace alluxio::worker {
namespace {

constexpr uint32_t kSticky = 01000;

std::string TrimSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

bool ParseBlockId(const std::string& name, BlockId* id) {
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), *id);
  return error == std::errc() && end == name.data() + name.size() && *id >= 0 &&
         std::to_string(*id) == name;
}

StorageDirOptions Cleaned(StorageDirOptions options) {
  options.path = TrimSlashes(options.path);
  return options;
}

}  // namespace

BlockDir::BlockDir(const StoreOptions& store, const StorageDirOptions& options, Disk& disk)
    : options_(Cleaned(options)),
      folder_mode_(store.folder_mode),
      temp_subdirs_(store.temp_subdirs),
      data_path_(options_.path + "/" + store.data_folder),
      temp_path_(data_path_ + "/" + store.temp_folder),
      disk_(disk),
      checksums_(disk, options_.path + "/.alluxio_checksums") {}

Result<std::unique_ptr<BlockDir>> BlockDir::Open(const StoreOptions& store,
                                                 const StorageDirOptions& options, Disk& disk,
                                                 std::vector<FoundBlock>* found) {
  std::unique_ptr<BlockDir> dir(new BlockDir(store, options, disk));
  std::string context = "worker storage directory " + dir->path();
  Status ready = dir->Prepare();
  // A full disk is no reason to give up the blocks that fill it: evicting them makes room.
  bool full = ready.Is(StatusCode::kResourceExhausted);
  if (!ready.ok() && !full) return ready.WithContext(context);
  Result<std::vector<FoundBlock>> blocks = dir->Scan();
  if (!blocks.ok()) return (full ? ready : blocks.status()).WithContext(context);
  if (full && blocks->empty()) return ready.WithContext(context);
  if (full) LOG_WARN("worker: no space left dir={} blocks={}", dir->path(), blocks->size());
  *found = *std::move(blocks);
  return dir;
}

Status BlockDir::Prepare() {
  RETURN_IF_ERROR(disk_.MakeDirectories(data_path_, folder_mode_));
  // The process umask must not close the folder to short-circuit clients. Somebody else's folder
  // that is open already is fine, so a refusal is only worth a warning.
  LogIfError(disk_.SetMode(data_path_, folder_mode_ | kSticky),
             "worker: folder mode of " + data_path_);
  RETURN_IF_ERROR(disk_.DeleteTree(temp_path_));
  RETURN_IF_ERROR(disk_.MakeDirectories(temp_path_, folder_mode_));
  RETURN_IF_ERROR(disk_.SetMode(temp_path_, folder_mode_));
  return Probe();
}

Status BlockDir::Probe() const {
  std::string probe = options_.path + "/.alluxio_probe";
  ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                   disk_.OpenForWrite(probe, WriteMode::kTruncate));
  Status written = file->Append("probe");
  if (written.ok()) written = file->Close();
  Status deleted = disk_.DeleteFile(probe);
  return written.ok() ? deleted : written;
}

Result<std::vector<FoundBlock>> BlockDir::Scan() {
  ASSIGN_OR_RETURN(std::vector<std::string> names, disk_.List(data_path_));
  auto recorded = checksums_.Load();
  if (!recorded.ok()) LogIfError(recorded.status(), "worker: checksums of " + options_.path);
  std::vector<FoundBlock> found;
  for (const std::string& name : names) {
    std::string path = data_path_ + "/" + name;
    if (path == temp_path_) continue;
    ASSIGN_OR_RETURN(FileStat stat, disk_.Stat(path));
    FoundBlock block;
    if (stat.is_directory || !ParseBlockId(name, &block.id)) {
      LOG_WARN("worker: not a block, left alone path={}", path);
      continue;
    }
    block.length = stat.length;
    if (recorded.ok()) {
      auto it = recorded->find(block.id);
      block.has_checksum = it != recorded->end();
      if (block.has_checksum && it->second.length != block.length) {
        LOG_ERROR("worker: damaged block put in quarantine path={} bytes={} expected={}", path,
                  block.length, it->second.length);
        RETURN_IF_ERROR(Quarantine(block.id));
        continue;
      }
      if (block.has_checksum) block.crc32c = it->second.crc32c;
    }
    found.push_back(block);
  }
  if (recorded.ok()) CompactChecksums(found, recorded->size());
  return found;
}

void BlockDir::CompactChecksums(const std::vector<FoundBlock>& found, size_t records) {
  std::vector<std::pair<BlockId, BlockChecksum>> live;
  for (const FoundBlock& block : found) {
    if (block.has_checksum) live.push_back({block.id, {block.length, block.crc32c}});
  }
  if (records == 0) return;
  LogIfError(checksums_.Rewrite(live), "worker: checksums of " + options_.path);
}

std::string BlockDir::BlockPath(BlockId id) const { return fmt::format("{}/{}", data_path_, id); }

std::string BlockDir::TempPath(BlockId id, int64_t session) const {
  return fmt::format("{}/{}/{:x}-{}", temp_path_, session % temp_subdirs_, session, id);
}

Status BlockDir::CreateTemp(const std::string& temp_path) const {
  Result<std::unique_ptr<WritableFile>> file =
      disk_.OpenForWrite(temp_path, WriteMode::kCreateNew, folder_mode_);
  if (file.status().Is(StatusCode::kNotFound)) {
    RETURN_IF_ERROR(MakeTempFolder(temp_path.substr(0, temp_path.rfind('/'))));
    file = disk_.OpenForWrite(temp_path, WriteMode::kCreateNew, folder_mode_);
  }
  RETURN_IF_ERROR(file.status());
  RETURN_IF_ERROR((*file)->Close());
  return disk_.SetMode(temp_path, folder_mode_);
}

Status BlockDir::MakeTempFolder(const std::string& folder) const {
  Status made = disk_.MakeDirectory(folder, folder_mode_);
  if (made.Is(StatusCode::kNotFound)) made = disk_.MakeDirectories(folder, folder_mode_);
  if (made.Is(StatusCode::kAlreadyExists)) return OkStatus();
  RETURN_IF_ERROR(made);
  return disk_.SetMode(folder, folder_mode_);
}

Status BlockDir::CommitTemp(const std::string& temp_path, BlockId id) const {
  return disk_.Rename(temp_path, BlockPath(id));
}

Status BlockDir::DeleteBlock(BlockId id) const {
  Status deleted = disk_.DeleteFile(BlockPath(id));
  return deleted.Is(StatusCode::kNotFound) ? OkStatus() : deleted;
}

Status BlockDir::Quarantine(BlockId id) const {
  std::string folder = options_.path + "/.alluxio_quarantine";
  RETURN_IF_ERROR(disk_.MakeDirectories(folder, 0700));
  ASSIGN_OR_RETURN(std::vector<std::string> kept, disk_.List(folder));
  if (kept.size() >= kMaxQuarantined) return DeleteBlock(id);
  return disk_.Rename(BlockPath(id), fmt::format("{}/{}", folder, id));
}

Result<BlockChecksum> BlockDir::Checksum(const std::string& path) const {
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, disk_.OpenForRead(path));
  // Read, not mapped: a bad sector or a truncated file must be an error and not a signal.
  std::string buffer(size_t{256} << 10, '\0');
  BlockChecksum sum;
  while (true) {
    ASSIGN_OR_RETURN(size_t got, file->ReadAt(sum.length, buffer));
    if (got == 0) return sum;
    sum.crc32c = ExtendCrc32c(sum.crc32c, std::string_view(buffer.data(), got));
    sum.length += static_cast<int64_t>(got);
  }
}

}  // namespace alluxio::worker
