#include "ufs/local/local_ufs.h"

#include <atomic>
#include <list>

#include "base/log.h"
#include "base/mutex.h"
#include "env/unread_log.h"
#include "ufs/local/key_walk.h"

namespace alluxio::ufs {
namespace {

// Listings that were handed out in part and may be continued; older ones start over.
constexpr size_t kMaxOpenWalks = 16;
constexpr uint32_t kParentMode = 0755;

std::string ParentOf(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

class LocalReader final : public UfsReader {
 public:
  LocalReader(std::unique_ptr<ReadableFile> file, UfsStatus status)
      : file_(std::move(file)), status_(std::move(status)) {}
  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    return file_->ReadAt(offset, into);
  }
  const UfsStatus& status() const override { return status_; }

 private:
  std::unique_ptr<ReadableFile> file_;
  const UfsStatus status_;
};

class LocalLog final : public UfsLog {
 public:
  // `path`: where the file is on the machine's disk, "" for one elsewhere.
  LocalLog(std::unique_ptr<WritableFile> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}
  Status Append(std::string_view data) override { return file_->Append(data); }
  Status MakeRoom(int64_t bytes) override { return file_->MakeRoom(bytes); }
  void ReadWhenClosed() override {
    if (path_.empty()) return;
    Result<std::unique_ptr<WritableFile>> unread = OpenUnreadLog(path_);
    if (unread.ok()) file_ = std::move(unread).value();
    LogIfError(unread.status(), "a log is written through the page cache");
  }
  Status Sync() override { return file_->Sync(); }
  Status Close() override { return file_->Close(); }

 private:
  std::unique_ptr<WritableFile> file_;
  const std::string path_;
};

class LocalFolder final : public Ufs, public std::enable_shared_from_this<LocalFolder> {
 public:
  LocalFolder(const std::string& folder, const LocalUfsOptions& options)
      : root_(folder),
        prefix_(folder == "/" ? "" : folder),
        read_only_(options.read_only),
        disk_(options.disk == nullptr ? Disk::Real() : *options.disk),
        rng_(options.rng == nullptr ? Rng::Real() : *options.rng) {}

  std::string_view type() const override { return "local"; }
  const std::string& root() const override { return root_; }
  bool is_object_store() const override { return false; }

  Result<UfsStatus> Stat(const std::string& key) override {
    RETURN_IF_ERROR(CheckLocalKey(key));
    ASSIGN_OR_RETURN(FileStat stat, disk_.Stat(Path(key)));
    return ToStatus(key, stat);
  }

  Result<UfsListing> List(const std::string& key, const UfsListOptions& options) override {
    ASSIGN_OR_RETURN(UfsStatus folder, Stat(key));
    if (!folder.is_directory) return FailedPrecondition(Path(key) + ": not a directory");
    if (options.limit == 0) return InvalidArgument(Path(key) + ": a page of no entries");
    std::shared_ptr<KeyWalk> walk = TakeWalk(key, options);
    if (walk == nullptr) {
      walk = std::make_shared<KeyWalk>(disk_, prefix_.empty() ? "/" : prefix_);
      RETURN_IF_ERROR(walk->Enter(key, options.page));
    }
    UfsListing listing;
    while (!walk->empty() && listing.entries.size() < options.limit) {
      RETURN_IF_ERROR(ListOne(*walk, options, &listing));
    }
    if (!walk->empty() && !listing.entries.empty()) {
      listing.next_page = listing.entries.back().key;
      KeepWalk(key, options.recursive, listing.next_page, std::move(walk));
    }
    return listing;
  }

  Result<std::unique_ptr<UfsReader>> Open(const std::string& key) override {
    RETURN_IF_ERROR(CheckLocalKey(key));
    ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, disk_.OpenForRead(Path(key)));
    ASSIGN_OR_RETURN(FileStat stat, disk_.Stat(Path(key)));
    // The name may have been replaced since the file was opened; the length is that of the bytes.
    ASSIGN_OR_RETURN(stat.length, file->Length());
    std::unique_ptr<UfsReader> reader =
        std::make_unique<LocalReader>(std::move(file), ToStatus(key, stat));
    return reader;
  }

  Result<std::unique_ptr<UfsWriter>> Create(const std::string& key,
                                            const UfsCreateOptions& options) override;

  Result<std::unique_ptr<UfsLog>> OpenLog(const std::string& key) override {
    RETURN_IF_ERROR(CheckChange(key));
    RETURN_IF_ERROR(MakeParents(Path(key)));
    bool is_new = !disk_.Stat(Path(key)).ok();
    ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                     disk_.OpenForWrite(Path(key), WriteMode::kAppend));
    // The name too has to survive power loss before bytes in it can.
    if (is_new) RETURN_IF_ERROR(disk_.SyncDirectory(ParentOf(Path(key))));
    std::unique_ptr<UfsLog> log = std::make_unique<LocalLog>(
        std::move(file), &disk_ == &Disk::Real() ? Path(key) : std::string());
    return log;
  }

  Status MakeDirectory(const std::string& key, const UfsCreateOptions& options) override {
    if (!key.empty()) RETURN_IF_ERROR(CheckChange(key));
    if (read_only_) return ReadOnly();
    std::string path = Path(key);
    Result<FileStat> there = disk_.Stat(path);
    if (there.ok() && there->is_directory) return OkStatus();
    if (there.ok()) return AlreadyExists(path + ": is a file");
    if (options.create_parents) RETURN_IF_ERROR(MakeParents(path));
    Status made = disk_.MakeDirectory(path);
    if (made.Is(StatusCode::kAlreadyExists)) return OkStatus();  // somebody was faster
    RETURN_IF_ERROR(made);
    RETURN_IF_ERROR(disk_.SetMode(path, options.mode.bits));
    GiveTo(path, options);
    return disk_.SyncDirectory(ParentOf(path));
  }

  Status DropLeftovers(const std::string& folder, int64_t before_ms) override;
  Status DeleteFile(const std::string& key) override {
    RETURN_IF_ERROR(CheckChange(key));
    return disk_.DeleteFile(Path(key));
  }

  Status DeleteDirectory(const std::string& key, bool recursive) override {
    RETURN_IF_ERROR(CheckChange(key));
    ASSIGN_OR_RETURN(FileStat stat, disk_.Stat(Path(key)));
    if (!stat.is_directory) return FailedPrecondition(Path(key) + ": not a directory");
    if (recursive) return disk_.DeleteTree(Path(key));
    Status deleted = disk_.DeleteDirectory(Path(key));
    if (deleted.ok() || !DropHidden(Path(key))) return deleted;
    return disk_.DeleteDirectory(Path(key));
  }

  Status Rename(const std::string& from, const std::string& to) override {
    RETURN_IF_ERROR(CheckChange(from));
    RETURN_IF_ERROR(CheckChange(to));
    ASSIGN_OR_RETURN(FileStat source, disk_.Stat(Path(from)));
    Result<FileStat> target = disk_.Stat(Path(to));
    if (target.ok() && from != to && (target->is_directory || source.is_directory)) {
      return AlreadyExists(Path(to) + ": is in the way of a rename");
    }
    RETURN_IF_ERROR(disk_.Rename(Path(from), Path(to)));
    RETURN_IF_ERROR(disk_.SyncDirectory(ParentOf(Path(to))));
    if (ParentOf(Path(from)) == ParentOf(Path(to))) return OkStatus();
    return disk_.SyncDirectory(ParentOf(Path(from)));
  }

  Status SetOwner(const std::string& key, const std::string& owner,
                  const std::string& group) override {
    RETURN_IF_ERROR(CheckLocalKey(key));
    if (read_only_) return ReadOnly();
    return disk_.SetOwner(Path(key), owner, group);
  }

  Status SetMode(const std::string& key, Mode mode) override {
    RETURN_IF_ERROR(CheckLocalKey(key));
    if (read_only_) return ReadOnly();
    return disk_.SetMode(Path(key), mode.bits);
  }

  Result<UfsSpace> Space() override {
    ASSIGN_OR_RETURN(DiskSpace space, disk_.Space(root_));
    return UfsSpace{.capacity_bytes = space.capacity_bytes,
                    .used_bytes = space.capacity_bytes - space.available_bytes};
  }

  Result<std::shared_ptr<void>> Lock(const std::string& key) override {
    RETURN_IF_ERROR(CheckChange(key));
    return disk_.LockFile(Path(key));
  }

  // For LocalWriter.
  Disk& disk() { return disk_; }
  UfsStatus ToStatus(const std::string& key, const FileStat& stat) const;
  void GiveTo(const std::string& path, const UfsCreateOptions& options);

 private:
  struct OpenWalk {
    std::string folder;
    std::string page;
    bool recursive = false;
    std::shared_ptr<KeyWalk> walk;  // owned by the list, or by the one call that took it out
  };

  std::string Path(const std::string& key) const {
    return key.empty() ? root_ : prefix_ + "/" + key;
  }
  Status ReadOnly() const { return PermissionDenied(root_ + ": mounted read-only"); }
  Status CheckLocalKey(const std::string& key) const;
  Status CheckChange(const std::string& key) const;
  Status MakeParents(const std::string& path);
  bool DropHidden(const std::string& path);
  Status ListOne(KeyWalk& walk, const UfsListOptions& options, UfsListing* listing);
  std::shared_ptr<KeyWalk> TakeWalk(const std::string& key, const UfsListOptions& options);
  void KeepWalk(const std::string& key, bool recursive, const std::string& page,
                std::shared_ptr<KeyWalk> walk);

  const std::string root_;
  const std::string prefix_;  // root_, but "" for "/"
  const bool read_only_;
  Disk& disk_;
  Rng& rng_;
  std::atomic<bool> warned_of_owner_ = false;  // relaxed: one warning more does no harm
  Mutex mutex_;
  std::list<OpenWalk> walks_ GUARDED_BY(mutex_);  // newest first, at most kMaxOpenWalks
};

class LocalWriter final : public UfsWriter {
 public:
  LocalWriter(std::shared_ptr<LocalFolder> folder, std::string key, std::string path,
              std::string hidden, UfsCreateOptions options, std::unique_ptr<WritableFile> file)
      : folder_(std::move(folder)), key_(std::move(key)), path_(std::move(path)),
        hidden_(std::move(hidden)), options_(std::move(options)), file_(std::move(file)) {}

  ~LocalWriter() override {
    if (committed_) return;
    file_.reset();
    LogIfError(folder_->disk().DeleteFile(hidden_), "ufs: cancelled write");
  }

  Status Write(std::string_view data) override {
    Status written = file_->Append(data);
    if (!written.ok()) failure_ = written;
    return written;
  }

  Result<UfsStatus> Commit() override {
    if (!failure_.ok()) return failure_.WithContext(path_ + ": not committed after failed write");
    if (committed_) return FailedPrecondition(path_ + ": committed already");
    Disk& disk = folder_->disk();
    RETURN_IF_ERROR(disk.SetMode(hidden_, options_.mode.bits));
    folder_->GiveTo(hidden_, options_);
    RETURN_IF_ERROR(file_->Sync());
    RETURN_IF_ERROR(file_->Close());
    Result<FileStat> target = disk.Stat(path_);
    if (target.ok() && target->is_directory) {
      return FailedPrecondition(path_ + ": is a directory");
    }
    RETURN_IF_ERROR(options_.replace ? disk.Rename(hidden_, path_)
                                     : disk.RenameNew(hidden_, path_));
    committed_ = true;
    RETURN_IF_ERROR(disk.SyncDirectory(ParentOf(path_)));
    ASSIGN_OR_RETURN(FileStat stat, disk.Stat(path_));
    return folder_->ToStatus(key_, stat);
  }

 private:
  const std::shared_ptr<LocalFolder> folder_;  // shared with the holders of the Ufs
  const std::string key_;
  const std::string path_;
  const std::string hidden_;
  const UfsCreateOptions options_;
  std::unique_ptr<WritableFile> file_;
  Status failure_;
  bool committed_ = false;
};

Result<std::unique_ptr<UfsWriter>> LocalFolder::Create(const std::string& key,
                                                       const UfsCreateOptions& options) {
  RETURN_IF_ERROR(CheckChange(key));
  std::string path = Path(key);
  Result<FileStat> there = disk_.Stat(path);
  if (there.ok() && there->is_directory) return FailedPrecondition(path + ": is a directory");
  if (options.create_parents) RETURN_IF_ERROR(MakeParents(path));
  std::string parent = ParentOf(path);
  std::string hidden = (parent == "/" ? "" : parent) + "/" +
                       std::string(LocalUfs::kHiddenPrefix) + rng_.Uuid();
  ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                   disk_.OpenForWrite(hidden, WriteMode::kCreateNew, 0600));
  std::unique_ptr<UfsWriter> writer = std::make_unique<LocalWriter>(
      shared_from_this(), key, path, hidden, options, std::move(file));
  return writer;
}

UfsStatus LocalFolder::ToStatus(const std::string& key, const FileStat& stat) const {
  UfsStatus status;
  status.key = key;
  status.is_directory = stat.is_directory;
  status.length = stat.length;
  status.modified_ms = stat.modified_ms;
  status.owner = stat.owner;
  status.group = stat.group;
  status.mode = Mode{static_cast<uint16_t>(stat.mode & 0777)};
  if (!stat.is_directory) {
    status.content_hash = "(len:" + std::to_string(stat.length) +
                          ", modtime:" + std::to_string(stat.modified_ms) + ")";
  }
  return status;
}

// An owner that cannot be set does not fail the write: only root may give files away, and the
// product keeps its own owner of the file.
void LocalFolder::GiveTo(const std::string& path, const UfsCreateOptions& options) {
  if (options.owner.empty() && options.group.empty()) return;
  Status given = disk_.SetOwner(path, options.owner, options.group);
  if (given.ok() || warned_of_owner_.exchange(true, std::memory_order_relaxed)) return;
  LogIfError(given, "ufs: the owner of new files stays the user of this process");
}

Status LocalFolder::CheckLocalKey(const std::string& key) const {
  RETURN_IF_ERROR(CheckKey(key));
  std::string reserved = "/" + std::string(LocalUfs::kHiddenPrefix);
  if (("/" + key).find(reserved) == std::string::npos) return OkStatus();
  return InvalidArgument("key \"" + key + "\": contains a reserved name");
}

Status LocalFolder::CheckChange(const std::string& key) const {
  if (key.empty()) return InvalidArgument(root_ + ": the root cannot be changed");
  RETURN_IF_ERROR(CheckLocalKey(key));
  return read_only_ ? ReadOnly() : OkStatus();
}

// Makes the missing folders above `path`, each durable in its parent. Below the root only: a root
// that is not there may be a file system that is not mounted.
Status LocalFolder::MakeParents(const std::string& path) {
  std::vector<std::string> missing;
  for (std::string folder = ParentOf(path); true; folder = ParentOf(folder)) {
    Result<FileStat> there = disk_.Stat(folder);
    if (there.ok() && there->is_directory) break;
    if (there.ok()) return FailedPrecondition(folder + ": is a file");
    if (!there.status().Is(StatusCode::kNotFound)) return there.status();
    if (folder == root_ && path != root_) return there.status();
    missing.push_back(folder);
  }
  for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
    Status made = disk_.MakeDirectory(*folder, kParentMode);
    if (!made.ok() && !made.Is(StatusCode::kAlreadyExists)) return made;
    RETURN_IF_ERROR(disk_.SyncDirectory(ParentOf(*folder)));
  }
  return OkStatus();
}

// Deletes the hidden files of a folder that has nothing else: writers that crashed leave them, and
// nobody could see why the folder is not empty. False when there is something else.
bool LocalFolder::DropHidden(const std::string& path) {
  Result<std::vector<std::string>> names = disk_.List(path);
  if (!names.ok() || names->empty()) return false;
  for (const std::string& name : *names) {
    if (name.compare(0, LocalUfs::kHiddenPrefix.size(), LocalUfs::kHiddenPrefix) != 0) return false;
  }
  for (const std::string& name : *names) {
    LogIfError(disk_.DeleteFile(path + "/" + name), "ufs: a file that a crash left");
  }
  return true;
}

Status LocalFolder::DropLeftovers(const std::string& folder, int64_t before_ms) {
  RETURN_IF_ERROR(CheckLocalKey(folder));
  if (read_only_) return OkStatus();
  ASSIGN_OR_RETURN(std::vector<std::string> names, disk_.List(Path(folder)));
  for (const std::string& name : names) {
    if (!name.starts_with(LocalUfs::kHiddenPrefix)) continue;
    std::string path = Path(JoinKey(folder, name));
    Result<FileStat> stat = disk_.Stat(path);
    if (!stat.ok() || stat->is_directory || stat->modified_ms >= before_ms) continue;
    RETURN_IF_ERROR(disk_.DeleteFile(path));
  }
  return OkStatus();
}

Status LocalFolder::ListOne(KeyWalk& walk, const UfsListOptions& options, UfsListing* listing) {
  std::string key = walk.Next();
  Result<FileStat> stat = disk_.Stat(Path(key));
  // Deleted since its name was read, or a link to nowhere.
  if (stat.status().Is(StatusCode::kNotFound)) return OkStatus();
  RETURN_IF_ERROR(stat.status());
  if (options.recursive && stat->is_directory) {
    Status entered = walk.Enter(key, options.page);
    if (!entered.ok() && !entered.Is(StatusCode::kNotFound)) return entered;
  }
  if (key > options.page) listing->entries.push_back(ToStatus(key, *stat));
  return OkStatus();
}

std::shared_ptr<KeyWalk> LocalFolder::TakeWalk(const std::string& key,
                                               const UfsListOptions& options) {
  if (options.page.empty()) return nullptr;
  MutexLock lock(mutex_);
  for (auto it = walks_.begin(); it != walks_.end(); ++it) {
    if (it->folder == key && it->page == options.page && it->recursive == options.recursive) {
      std::shared_ptr<KeyWalk> walk = std::move(it->walk);
      walks_.erase(it);
      return walk;
    }
  }
  return nullptr;
}

void LocalFolder::KeepWalk(const std::string& key, bool recursive, const std::string& page,
                           std::shared_ptr<KeyWalk> walk) {
  MutexLock lock(mutex_);
  walks_.push_front({key, page, recursive, std::move(walk)});
  if (walks_.size() > kMaxOpenWalks) walks_.pop_back();
}

}  // namespace

std::shared_ptr<Ufs> LocalUfs::Open(const std::string& folder, const LocalUfsOptions& options) {
  return std::make_shared<LocalFolder>(folder, options);
}

}  // namespace alluxio::ufs
