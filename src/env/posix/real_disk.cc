// The machine's file system behind Disk. Every system call that can be interrupted is repeated;
// every descriptor is closed on exec.
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/magic.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <unordered_map>

#include "base/log.h"
#include "base/mutex.h"
#include "env/disk.h"
#include "env/posix/descriptor.h"
#include "env/posix/direct_tail.h"
#include "env/posix/take_over.h"
#include "env/unread_log.h"

namespace alluxio {
namespace {

template <typename Call>
auto Repeat(Call call) {
  auto outcome = call();
  while (outcome == -1 && errno == EINTR) outcome = call();
  return outcome;
}

Status Failure(const std::string& path) { return FromErrno(errno, path); }

struct Mapping {
  void* address = nullptr;
  size_t length = 0;
  ~Mapping() {
    if (address != nullptr) ::munmap(address, length);
  }
};

class PosixReadableFile final : public ReadableFile {
 public:
  PosixReadableFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override {
    if (offset < 0) return InvalidArgument(path_ + ": negative offset");
    size_t done = 0;
    while (done < into.size()) {
      ssize_t n = Repeat([&] {
        return ::pread(fd_.get(), into.data() + done, into.size() - done,
                       offset + static_cast<int64_t>(done));
      });
      if (n < 0) return Failure(path_);
      if (n == 0) break;
      done += static_cast<size_t>(n);
    }
    return done;
  }

  Result<int64_t> Length() override {
    struct stat info {};
    if (::fstat(fd_.get(), &info) != 0) return Failure(path_);
    return static_cast<int64_t>(info.st_size);
  }

  bool Intact(int64_t length) override {
    struct stat info {};
    return ::fstat(fd_.get(), &info) == 0 && info.st_size == length && info.st_nlink > 0;
  }

  Result<Bytes> Map() override {
    ASSIGN_OR_RETURN(int64_t length, Length());
    if (length == 0) return Bytes();
    auto mapping = std::make_shared<Mapping>();
    void* address = ::mmap(nullptr, static_cast<size_t>(length), PROT_READ, MAP_SHARED,
                           fd_.get(), 0);
    if (address == MAP_FAILED) return Failure(path_);
    mapping->address = address;
    mapping->length = static_cast<size_t>(length);
    std::string_view view(static_cast<const char*>(address), mapping->length);
    return Bytes::FromOwner(view, std::move(mapping));
  }

 private:
  const std::string path_;
  Descriptor fd_;
};

class PosixWritableFile final : public WritableFile {
 public:
  PosixWritableFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  Status Append(std::string_view data) override {
    if (direct_ != nullptr) {
      direct_->Add(data);
      return OkStatus();
    }
    dirty_ = true;
    if (prefers_huge_pages_) RETURN_IF_ERROR(GrowAhead(static_cast<int64_t>(data.size())));
    if (has_room_) return WriteAt(&end_, data);
    while (!data.empty()) {
      ssize_t n = Repeat([&] { return ::write(fd_.get(), data.data(), data.size()); });
      if (n < 0) return Failure(path_);
      data.remove_prefix(static_cast<size_t>(n));
    }
    return OkStatus();
  }

  Status MakeRoom(int64_t bytes) override {
    if (bytes == 0) return GiveBackRoom();
    struct statvfs disk {};
    if (::fstatvfs(fd_.get(), &disk) != 0) return Failure(path_);
    int64_t free = static_cast<int64_t>(disk.f_bavail) * static_cast<int64_t>(disk.f_frsize);
    if (free < kLeastFree + bytes) return ResourceExhausted(path_ + ": little of the disk is free");
    if (!has_room_) RETURN_IF_ERROR(StartWritingAtOffsets());
    dirty_ = true;
    const int64_t end = direct_ != nullptr ? direct_->end() : end_;
    // Written zeros, because blocks that are only allocated cost a sync about as much as a new
    // length: that they hold data now is a change of metadata too.
    static const std::string* zeros = new std::string(256 * 1024, '\0');
    for (int64_t at = end, to = end + bytes; at < to;) {
      auto size = std::min<int64_t>(to - at, static_cast<int64_t>(zeros->size()));
      Status written = WriteAt(&at, std::string_view(*zeros).substr(0, static_cast<size_t>(size)));
      if (!written.ok()) return written;  // fewer zeros do no harm
    }
    room_end_ = end + bytes;
    return OkStatus();
  }

  void PreferHugePages() override {
    struct statfs place {};
    prefers_huge_pages_ = ::fstatfs(fd_.get(), &place) == 0 && place.f_type == TMPFS_MAGIC;
  }

  // Nobody reads the file before it is closed; see unread_log.h.
  void NobodyReads() { may_be_direct_ = true; }

  Status Sync() override {
    if (direct_ != nullptr && direct_->blocks_end() > room_end_) RETURN_IF_ERROR(EndDirect());
    if (dirty_) {
      if (Repeat([&] { return ::fdatasync(fd_.get()); }) != 0) return Failure(path_);
      dirty_ = false;
    }
    if (direct_ != nullptr) return direct_->Write(path_);
    // What follows goes into the zeros that are on the disk now.
    if (may_be_direct_ && end_ < room_end_) {
      direct_ = DirectTail::Open(fd_.get(), end_);
      may_be_direct_ = direct_ != nullptr;
    }
    return OkStatus();
  }

  Status Close() override {
    if (fd_.get() >= 0) RETURN_IF_ERROR(GiveBackRoom());
    int fd = fd_.Release();
    if (fd < 0) return OkStatus();
    // Linux releases the descriptor even when close() is interrupted, so it is never repeated.
    return ::close(fd) == 0 || errno == EINTR ? OkStatus() : Failure(path_);
  }

 private:
  // So much of a disk stays free for appends; no room is made on one that has less.
  static constexpr int64_t kLeastFree = 64 << 20;
  static constexpr int64_t kHugePage = 2 << 20;

  // A descriptor that appends ignores offsets.
  Status StartWritingAtOffsets() {
    int flags = ::fcntl(fd_.get(), F_GETFL);
    if (flags < 0 || ::fcntl(fd_.get(), F_SETFL, flags & ~O_APPEND) != 0) return Failure(path_);
    off_t end = ::lseek(fd_.get(), 0, SEEK_END);
    if (end < 0) return Failure(path_);
    end_ = end;
    has_room_ = true;
    return OkStatus();
  }

  // Makes the file longer than an append of `size` bytes needs, by whole huge pages.
  Status GrowAhead(int64_t size) {
    if (!has_room_) RETURN_IF_ERROR(StartWritingAtOffsets());
    const int64_t end = end_ + size;
    if (end <= kHugePage || end <= room_end_) return OkStatus();
    const int64_t to = (end + kHugePage - 1) / kHugePage * kHugePage;
    struct stat info {};
    // Only a file with room for one says that it may have huge pages.
    prefers_huge_pages_ = ::ftruncate(fd_.get(), to) == 0 && ::fstat(fd_.get(), &info) == 0 &&
                          info.st_blksize >= kHugePage;
    room_end_ = to;
    return prefers_huge_pages_ ? OkStatus() : GiveBackRoom();
  }

  // Goes on through the page cache.
  Status EndDirect() {
    const std::unique_ptr<DirectTail> direct = std::move(direct_);
    end_ = direct->written();
    dirty_ = true;
    return WriteAt(&end_, direct->waiting());
  }

  Status GiveBackRoom() {
    if (!has_room_) return OkStatus();
    if (direct_ != nullptr) RETURN_IF_ERROR(EndDirect());
    room_end_ = 0;
    return Repeat([&] { return ::ftruncate(fd_.get(), end_); }) == 0 ? OkStatus() : Failure(path_);
  }

  // Moves `at` behind what was written.
  Status WriteAt(int64_t* at, std::string_view data) {
    while (!data.empty()) {
      ssize_t n = Repeat([&] { return ::pwrite(fd_.get(), data.data(), data.size(), *at); });
      if (n < 0) return Failure(path_);
      data.remove_prefix(static_cast<size_t>(n));
      *at += n;
    }
    return OkStatus();
  }

  const std::string path_;
  Descriptor fd_;
  bool dirty_ = false;     // something was written that is not synced
  bool has_room_ = false;  // then appends go to end_, which the file's length may be beyond
  int64_t end_ = 0;        // while direct_ is null
  int64_t room_end_ = 0;   // of the zeros, or what is as good
  bool prefers_huge_pages_ = false;
  bool may_be_direct_ = false;
  std::unique_ptr<DirectTail> direct_;
};

// Names of user and group ids. The account database may sit behind a network, hence the memory.
class AccountNames {
 public:
  std::string User(uid_t id) {
    return Name(users_, id, [](uint32_t number, char* buffer, size_t size) -> const char* {
      passwd entry{};
      passwd* found = nullptr;
      return ::getpwuid_r(number, &entry, buffer, size, &found) == 0 && found != nullptr
                 ? entry.pw_name
                 : nullptr;
    });
  }
  std::string Group(gid_t id) {
    return Name(groups_, id, [](uint32_t number, char* buffer, size_t size) -> const char* {
      group entry{};
      group* found = nullptr;
      return ::getgrgid_r(number, &entry, buffer, size, &found) == 0 && found != nullptr
                 ? entry.gr_name
                 : nullptr;
    });
  }

 private:
  static constexpr size_t kLimit = 10'000;
  using Table = std::unordered_map<uint32_t, std::string>;

  template <typename Lookup>
  std::string Name(Table& table, uint32_t id, Lookup lookup) {
    {
      MutexLock lock(mutex_);
      auto known = table.find(id);
      if (known != table.end()) return known->second;
    }
    std::vector<char> buffer(16 * 1024);
    const char* found = lookup(id, buffer.data(), buffer.size());
    std::string name = found == nullptr ? std::to_string(id) : std::string(found);
    MutexLock lock(mutex_);
    if (table.size() >= kLimit) table.clear();
    table[id] = name;
    return name;
  }

  Mutex mutex_;
  Table users_;   // both guarded by mutex_, passed by reference to Name()
  Table groups_;
};

Result<uint32_t> NumberOf(const std::string& text, std::string_view what) {
  uint32_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return InvalidArgument(text + ": no such " + std::string(what));
  }
  return number;
}

Result<uint32_t> UserId(const std::string& name) {
  std::vector<char> buffer(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found != nullptr) return static_cast<uint32_t>(entry.pw_uid);
  return NumberOf(name, "user");
}

Result<uint32_t> GroupId(const std::string& name) {
  std::vector<char> buffer(16 * 1024);
  group entry{};
  group* found = nullptr;
  ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found != nullptr) return static_cast<uint32_t>(entry.gr_gid);
  return NumberOf(name, "group");
}

class RealDisk final : public Disk {
 public:
  Result<Overwrite> TakeOver(const std::string& path, int64_t length) override {
    return FileTakeOver::Run(path, length);
  }
  Status TakeOverUnmapped(const std::string& path, int64_t length) override {
    return FileTakeOver::Claim(path, length).status();
  }

  Result<std::unique_ptr<ReadableFile>> OpenForRead(const std::string& path) override {
    // Without O_NONBLOCK opening a pipe would wait for somebody to write into it.
    int fd = Repeat([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); });
    if (fd < 0) return Failure(path);
    std::unique_ptr<ReadableFile> file = std::make_unique<PosixReadableFile>(path, fd);
    struct stat info {};
    if (::fstat(fd, &info) != 0) return Failure(path);
    if (S_ISDIR(info.st_mode)) return FromErrno(EISDIR, path);
    if (!S_ISREG(info.st_mode)) return FailedPrecondition(path + ": not a regular file");
    return file;
  }

  Result<std::unique_ptr<WritableFile>> OpenForWrite(const std::string& path, WriteMode mode,
                                                     uint32_t permissions) override {
    int flags = O_WRONLY | O_CLOEXEC;
    if (mode != WriteMode::kOverwrite) flags |= O_CREAT;
    if (mode == WriteMode::kCreateNew) flags |= O_EXCL;
    if (mode == WriteMode::kTruncate) flags |= O_TRUNC;
    if (mode == WriteMode::kAppend) flags |= O_APPEND;
    int fd = Repeat([&] { return ::open(path.c_str(), flags, permissions); });
    if (fd < 0) return Failure(path);
    std::unique_ptr<WritableFile> file = std::make_unique<PosixWritableFile>(path, fd);
    return file;
  }

  Result<FileStat> Stat(const std::string& path) override {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return Failure(path);
    FileStat out;
    out.is_directory = S_ISDIR(info.st_mode);
    out.length = out.is_directory ? 0 : info.st_size;
    out.modified_ms = info.st_mtim.tv_sec * 1000 + info.st_mtim.tv_nsec / 1'000'000;
    out.mode = info.st_mode & 07777;
    out.owner = names_.User(info.st_uid);
    out.group = names_.Group(info.st_gid);
    return out;
  }

  Result<std::vector<std::string>> List(const std::string& path) override {
    DIR* folder = ::opendir(path.c_str());
    if (folder == nullptr) {
      // A file in place of a folder is not the same as nothing there.
      return errno == ENOTDIR ? FailedPrecondition(path + ": not a directory") : Failure(path);
    }
    std::vector<std::string> names;
    errno = 0;
    while (dirent* entry = ::readdir(folder)) {
      std::string_view name(entry->d_name);
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    int error = errno;
    ::closedir(folder);
    if (error != 0) return FromErrno(error, path);
    return names;
  }

  Status MakeDirectory(const std::string& path, uint32_t permissions) override {
    return ::mkdir(path.c_str(), permissions) == 0 ? OkStatus() : Failure(path);
  }

  Status MakeDirectories(const std::string& path, uint32_t permissions) override {
    for (size_t end = path.find('/', 1); true; end = path.find('/', end + 1)) {
      std::string part = path.substr(0, end);
      if (!part.empty() && ::mkdir(part.c_str(), permissions) != 0) {
        int error = errno;
        struct stat info {};
        bool there = ::stat(part.c_str(), &info) == 0;
        if (there && !S_ISDIR(info.st_mode)) return FromErrno(EEXIST, part);
        if (!there) return FromErrno(error, part);
      }
      if (end == std::string::npos) return OkStatus();
    }
  }

  Status DeleteFile(const std::string& path) override {
    return ::unlink(path.c_str()) == 0 ? OkStatus() : Failure(path);
  }

  Status DeleteDirectory(const std::string& path) override {
    return ::rmdir(path.c_str()) == 0 ? OkStatus() : Failure(path);
  }

  Status DeleteTree(const std::string& path) override {
    struct stat info {};
    // lstat, so that a link to a folder is removed and its target is not touched.
    if (::lstat(path.c_str(), &info) != 0) return errno == ENOENT ? OkStatus() : Failure(path);
    if (!S_ISDIR(info.st_mode)) return DeleteFile(path);
    // A list instead of recursion: the depth of a tree is not ours to bound.
    std::vector<std::string> folders{path};
    for (size_t i = 0; i < folders.size(); ++i) {
      ASSIGN_OR_RETURN(std::vector<std::string> names, List(folders[i]));
      for (const std::string& name : names) {
        std::string child = folders[i] + "/" + name;
        if (::lstat(child.c_str(), &info) != 0) return Failure(child);
        if (S_ISDIR(info.st_mode)) {
          folders.push_back(std::move(child));
        } else {
          RETURN_IF_ERROR(DeleteFile(child));
        }
      }
    }
    for (size_t i = folders.size(); i > 0; --i) RETURN_IF_ERROR(DeleteDirectory(folders[i - 1]));
    return OkStatus();
  }

  Status Rename(const std::string& from, const std::string& to) override {
    return ::rename(from.c_str(), to.c_str()) == 0 ? OkStatus() : Failure(from + " -> " + to);
  }

  Status RenameNew(const std::string& from, const std::string& to) override {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
      return OkStatus();
    }
    // NFS and some others cannot; everybody has links.
    if (errno != EINVAL && errno != ENOSYS) return Failure(from + " -> " + to);
    if (::link(from.c_str(), to.c_str()) != 0) {
      Status refused = Failure(from + " -> " + to);
      struct stat source {};
      struct stat target {};
      // An NFS server answers so when it gets a request twice that it has done.
      bool done = ::stat(from.c_str(), &source) == 0 && ::stat(to.c_str(), &target) == 0 &&
                  source.st_ino == target.st_ino && source.st_dev == target.st_dev;
      if (!done) return refused;
    }
    if (::unlink(from.c_str()) != 0) LogIfError(Failure(from), "disk: an old name stays");
    return OkStatus();
  }

  Status SyncDirectory(const std::string& path) override {
    Descriptor fd(Repeat(
        [&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    if (fd.get() < 0) return Failure(path);
    return Repeat([&] { return ::fsync(fd.get()); }) == 0 ? OkStatus() : Failure(path);
  }

  Status SetMode(const std::string& path, uint32_t mode) override {
    return ::chmod(path.c_str(), mode) == 0 ? OkStatus() : Failure(path);
  }

  Status SetOwner(const std::string& path, const std::string& owner,
                  const std::string& group) override {
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    if (!owner.empty()) {
      ASSIGN_OR_RETURN(uid, UserId(owner));
    }
    if (!group.empty()) {
      ASSIGN_OR_RETURN(gid, GroupId(group));
    }
    return ::chown(path.c_str(), uid, gid) == 0 ? OkStatus() : Failure(path);
  }

  Status Truncate(const std::string& path, int64_t length) override {
    return Repeat([&] { return ::truncate(path.c_str(), length); }) == 0 ? OkStatus()
                                                                         : Failure(path);
  }

  Result<DiskSpace> Space(const std::string& path) override {
    struct statvfs info {};
    if (Repeat([&] { return ::statvfs(path.c_str(), &info); }) != 0) return Failure(path);
    int64_t unit = static_cast<int64_t>(info.f_frsize);
    return DiskSpace{.capacity_bytes = static_cast<int64_t>(info.f_blocks) * unit,
                     .available_bytes = static_cast<int64_t>(info.f_bavail) * unit};
  }

  Result<std::shared_ptr<void>> LockFile(const std::string& path) override {
    int fd = Repeat([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644); });
    if (fd < 0) return Failure(path);
    auto held = std::make_shared<Descriptor>(fd);
    if (Repeat([&] { return ::flock(fd, LOCK_EX | LOCK_NB); }) != 0) {
      if (errno == EWOULDBLOCK) {
        return FailedPrecondition(path + ": locked by another process");
      }
      return Failure(path);
    }
    return std::shared_ptr<void>(std::move(held));
  }

 private:
  AccountNames names_;
};

}  // namespace

Result<std::unique_ptr<WritableFile>> OpenUnreadLog(const std::string& path) {
  const int fd =
      Repeat([&] { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_APPEND); });
  if (fd < 0) return Failure(path);
  auto file = std::make_unique<PosixWritableFile>(path, fd);
  file->NobodyReads();
  return std::unique_ptr<WritableFile>(std::move(file));
}

Disk& Disk::Real() {
  static RealDisk* disk = new RealDisk;  // never destroyed: used until the very end
  return *disk;
}

}  // namespace alluxio
