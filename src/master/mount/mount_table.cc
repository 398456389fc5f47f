#include "master/mount/mount_table.h"

#include <utility>

#include "master/mount/ufs_uri.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

MountPointPtr AsRoot(MountPoint root) {
  root.path = "/";
  root.id = kRootMountId;
  return std::make_shared<const MountPoint>(std::move(root));
}

std::string JoinUri(const std::string& base, std::string_view key) {
  if (key.empty()) return base;
  std::string uri;
  uri.reserve(base.size() + 1 + key.size());
  uri.append(base);
  if (!base.ends_with('/')) uri.push_back('/');
  return uri.append(key);
}

}  // namespace

std::string_view UfsModeText(UfsMode mode) {
  switch (mode) {
    case UfsMode::kNoAccess:
      return "NO_ACCESS";
    case UfsMode::kReadOnly:
      return "READ_ONLY";
    case UfsMode::kReadWrite:
      return "READ_WRITE";
  }
  return "READ_WRITE";
}

MountTable::MountTable(MountPoint root, ufs::UfsFactory* factory)
    : factory_(factory), root_(AsRoot(std::move(root))) {
  WriterLock lock(mutex_);
  mounts_.emplace("/", root_);
  NoteChange();
}

void MountTable::NoteChange() {
  changes_.fetch_add(1, std::memory_order_release);
  only_root_.store(mounts_.size() == 1, std::memory_order_release);
  intervals_.clear();
  for (const auto& [path, mount] : mounts_) {
    if (auto interval = SyncIntervalMs(*mount)) intervals_[mount->id] = *interval;
  }
  has_intervals_.store(!intervals_.empty(), std::memory_order_relaxed);
}

std::optional<int64_t> MountTable::SyncIntervalOf(std::string_view path) const {
  if (!has_intervals_.load(std::memory_order_relaxed)) return std::nullopt;
  ReaderLock lock(mutex_);
  auto found = intervals_.find(FindLocked(path)->id);
  if (found == intervals_.end()) return std::nullopt;
  return found->second;
}

MountPointPtr MountTable::FindLocked(std::string_view path) const {
  for (std::string_view at = path;; at = ParentPath(at)) {
    if (auto found = mounts_.find(at); found != mounts_.end()) return found->second;
    if (at == "/") return root_;
  }
}

MountPointPtr MountTable::MountOf(std::string_view path) const {
  if (only_root()) return root_;
  ReaderLock lock(mutex_);
  return FindLocked(path);
}

MountResolution MountTable::Resolve(std::string_view path) const {
  MountResolution resolution;
  std::string_view key;
  resolution.mount = Covering(path, &key);
  resolution.key = std::string(key);
  resolution.ufs_uri = JoinUri(resolution.mount->ufs_uri, key);
  return resolution;
}

MountPointPtr MountTable::Covering(std::string_view path, std::string_view* key) const {
  MountPointPtr mount = MountOf(path);
  *key = path.substr(mount->path.size());
  if (key->starts_with('/')) key->remove_prefix(1);
  return mount;
}

bool MountTable::HasMountBelow(std::string_view folder) const {
  if (only_root()) return false;
  ReaderLock lock(mutex_);
  for (const auto& [at, mount] : mounts_) {
    if (at != folder && at != "/" && IsSameOrBelow(at, folder)) return true;
  }
  return false;
}

Result<std::string> MountTable::ReverseResolve(const std::string& ufs_uri) const {
  ASSIGN_OR_RETURN(UfsUri wanted, UfsUri::Parse(ufs_uri));
  std::string best_path;
  size_t best_length = 0;
  for (const MountPointPtr& mount : List()) {
    auto base = UfsUri::Parse(mount->ufs_uri);
    if (!base.ok() || !wanted.IsSameOrBelow(*base)) continue;
    if (!best_path.empty() && base->path.size() <= best_length) continue;
    best_length = base->path.size();
    std::string key = wanted.KeyBelow(*base);
    best_path = key.empty() ? mount->path : JoinPath(mount->path, key);
  }
  if (best_path.empty()) {
    return NotFound("Ufs path " + ufs_uri + " is not mounted under any Alluxio path");
  }
  return best_path;
}

MountPointPtr MountTable::Find(std::string_view path) const {
  ReaderLock lock(mutex_);
  auto found = mounts_.find(path);
  return found == mounts_.end() ? nullptr : found->second;
}

MountPointPtr MountTable::FindById(MountId id) const {
  ReaderLock lock(mutex_);
  for (const auto& [path, mount] : mounts_) {
    if (mount->id == id) return mount;
  }
  return nullptr;
}

bool MountTable::IsMountPoint(std::string_view path) const {
  if (only_root()) return path == "/";
  return Find(path) != nullptr;
}

bool MountTable::ContainsMountPoint(std::string_view path) const {
  if (only_root()) return false;
  ReaderLock lock(mutex_);
  for (const auto& [at, mount] : mounts_) {
    if (at != "/" && IsSameOrBelow(at, path)) return true;
  }
  return false;
}

std::vector<MountPointPtr> MountTable::List() const {
  std::vector<MountPointPtr> all;
  ReaderLock lock(mutex_);
  for (const auto& [path, mount] : mounts_) all.push_back(mount);
  return all;
}

Status MountTable::CheckWritable(std::string_view path) const {
  if (only_root() && !root_->read_only) return OkStatus();
  MountPointPtr mount = MountOf(path);
  if (!mount->read_only) return OkStatus();
  return PermissionDenied("A write operation on " + std::string(path) +
                          " under a readonly mount point " + mount->path + " is not allowed");
}

Status MountTable::CheckNew(std::string_view path, const std::string& ufs_uri,
                            MountId ignoring) const {
  ASSIGN_OR_RETURN(UfsUri wanted, UfsUri::Parse(ufs_uri));
  for (const MountPointPtr& mount : List()) {
    if (mount->id == ignoring) continue;
    if (mount->path == path) {
      return AlreadyExists("Mount point " + std::string(path) + " already exists");
    }
    auto base = UfsUri::Parse(mount->ufs_uri);
    if (!base.ok()) continue;
    if (wanted.IsSameOrBelow(*base)) {
      return InvalidArgument("Mount point " + mount->ufs_uri + " is a prefix of " + ufs_uri);
    }
    if (base->IsSameOrBelow(wanted)) {
      return InvalidArgument("Mount point " + ufs_uri + " is a prefix of " + mount->ufs_uri);
    }
  }
  return OkStatus();
}

Result<std::shared_ptr<ufs::Ufs>> MountTable::TryOpen(const MountPoint& mount) const {
  ufs::UfsOpenOptions options;
  options.properties = mount.properties;
  options.read_only = mount.read_only;
  auto opened = factory_->Open(mount.ufs_uri, options);
  if (!opened.ok()) return opened.status().WithContext("mount point " + mount.path);
  return opened;
}

void MountTable::Retire(MountId id) {
  auto found = open_.find(id);
  if (found == open_.end()) return;
  retired_.push_back(std::move(found->second));
  open_.erase(found);
}

void MountTable::RetireAll() {
  for (auto& [id, store] : open_) retired_.push_back(std::move(store));
  open_.clear();
}

Result<std::shared_ptr<ufs::Ufs>> MountTable::OpenUfs(const MountPoint& mount) {
  {
    ReaderLock lock(mutex_);
    auto found = open_.find(mount.id);
    if (found != open_.end() && retired_.empty()) return found->second;
  }
  std::vector<std::shared_ptr<ufs::Ufs>> closing;  // without a lock
  {
    WriterLock lock(mutex_);
    closing.swap(retired_);
    if (auto found = open_.find(mount.id); found != open_.end()) return found->second;
  }
  closing.clear();
  // Two threads may open at once; the first to come back wins and the other's copy closes.
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> opened, TryOpen(mount));
  WriterLock lock(mutex_);
  auto current = mounts_.find(mount.path);
  if (current == mounts_.end() || current->second.get() != &mount) {
    return opened;  // Unmounted or changed meanwhile: serve this call, keep nothing.
  }
  std::shared_ptr<ufs::Ufs>& kept = open_[mount.id];
  if (kept == nullptr) kept = opened;
  return kept;
}

Status MountTable::CheckUfsAllowed(const MountPoint& mount, bool write) const {
  UfsMode mode = ModeOf(mount.ufs_uri);
  if (mode == UfsMode::kReadWrite || (mode == UfsMode::kReadOnly && !write)) return OkStatus();
  return PermissionDenied("Operation " + std::string(write ? "WRITE" : "READ") +
                          " not allowed on ufs path " + mount.ufs_uri +
                          " under maintenance mode " + std::string(UfsModeText(mode)));
}

UfsMode MountTable::ModeOf(const std::string& ufs_uri) const {
  {
    ReaderLock lock(mutex_);
    if (modes_.empty()) return UfsMode::kReadWrite;
  }
  auto uri = UfsUri::Parse(ufs_uri);
  if (!uri.ok()) return UfsMode::kReadWrite;
  ReaderLock lock(mutex_);
  auto found = modes_.find(uri->StoreText());
  return found == modes_.end() ? UfsMode::kReadWrite : found->second;
}

std::vector<std::string> MountTable::SyncPoints() const {
  std::vector<std::string> paths;
  ReaderLock lock(mutex_);
  for (const auto& [path, mount] : sync_points_) paths.push_back(path);
  return paths;
}

}  // namespace alluxio::master
