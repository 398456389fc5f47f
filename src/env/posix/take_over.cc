#include "env/posix/take_over.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

namespace alluxio {
namespace {

// Files beyond these are closed when they are mapped, and cannot be taken again.
constexpr int kMostOpen = 128;

// Somebody who opens the file while the lease is held has it broken by a signal; the usual one
// would end this process, SIGURG is ignored. The lease is given back at once.
Status CheckAlone(int fd, const std::string& path) {
  if (::fcntl(fd, F_SETSIG, SIGURG) != 0) return FromErrno(errno, path);
  if (::fcntl(fd, F_SETLEASE, F_WRLCK) != 0) {
    if (errno == EAGAIN) return FailedPrecondition(path + ": somebody has it open");
    if (errno == EINVAL) return Unimplemented(path + ": no leases on this file system");
    return FromErrno(errno, path);
  }
  return ::fcntl(fd, F_SETLEASE, F_UNLCK) == 0 ? OkStatus() : FromErrno(errno, path);
}

Status CheckMemory(int fd, const std::string& path, int64_t length) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return FromErrno(errno, path);
  constexpr int64_t kSector = 512;  // of st_blocks, on every file system
  if (S_ISREG(info.st_mode) && info.st_size >= length &&
      info.st_blocks * kSector >= info.st_size) {
    return OkStatus();
  }
  return FailedPrecondition(path + ": too short, or with holes");
}

// Makes an open file one of `length` bytes for its next writer.
Status Cut(int fd, const std::string& path, int64_t length) {
  RETURN_IF_ERROR(CheckAlone(fd, path));
  RETURN_IF_ERROR(CheckMemory(fd, path, length));
  return ::ftruncate(fd, length) == 0 ? OkStatus() : FromErrno(errno, path);
}

Status CheckName(int fd, const std::string& path) {
  struct stat opened {}, named {};
  if (::fstat(fd, &opened) != 0 || ::lstat(path.c_str(), &named) != 0) {
    return FromErrno(errno, path);
  }
  if (opened.st_dev == named.st_dev && opened.st_ino == named.st_ino) return OkStatus();
  return FailedPrecondition(path + ": another file");
}

// What keeps the mapping has the same open file as what made it, so that a lease tells them apart
// from others.
class MappedFile final : public OverwriteFile {
 public:
  MappedFile(char* address, size_t length) : address_(address), length_(length) {}
  ~MappedFile() override {
    ::munmap(address_, length_);
    if (file_) open_.fetch_sub(1, std::memory_order_relaxed);
  }
  // False when there are too many.
  bool KeepOpen(Descriptor file) {
    if (open_.fetch_add(1, std::memory_order_relaxed) >= kMostOpen) {
      open_.fetch_sub(1, std::memory_order_relaxed);
      return false;
    }
    file_.emplace(std::move(file));
    return true;
  }
  std::span<char> bytes() const { return {address_, length_}; }

  Result<std::span<char>> TakeAgain(const std::string& path, int64_t length) override {
    if (length <= 0 || static_cast<size_t>(length) > length_) {
      return InvalidArgument(path + ": mapped in another length");
    }
    RETURN_IF_ERROR(CheckName(file_->get(), path));
    RETURN_IF_ERROR(Cut(file_->get(), path, length));
    return bytes().first(static_cast<size_t>(length));
  }
  bool Intact(int64_t length) override {
    struct stat info {};
    return ::fstat(file_->get(), &info) == 0 && info.st_size == length && info.st_nlink > 0;
  }

 private:
  static inline std::atomic<int> open_{0};

  char* const address_;
  const size_t length_;
  std::optional<Descriptor> file_;
};

}  // namespace

Result<Descriptor> FileTakeOver::Claim(const std::string& path, int64_t length) {
  if (length <= 0) return InvalidArgument(path + ": nothing to take over");
  int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return FromErrno(errno, path);
  Descriptor file(fd);
  RETURN_IF_ERROR(Cut(fd, path, length));
  return file;
}

Result<Overwrite> FileTakeOver::Run(const std::string& path, int64_t length) {
  ASSIGN_OR_RETURN(Descriptor file, Claim(path, length));
  void* address = ::mmap(nullptr, static_cast<size_t>(length), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_POPULATE, file.get(), 0);
  if (address == MAP_FAILED) return FromErrno(errno, path);
  auto mapped = std::make_shared<MappedFile>(static_cast<char*>(address),
                                             static_cast<size_t>(length));
  const bool again = mapped->KeepOpen(std::move(file));
  return Overwrite{mapped->bytes(), mapped, again ? mapped : nullptr};
}

}  // namespace alluxio
