#include "env/posix/take_over.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>


namespace alluxio {
namespace {

struct Mapping {
  void* address = nullptr;
  size_t length = 0;
  ~Mapping() {
    if (address != nullptr) ::munmap(address, length);
  }
};

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

}  // namespace

Result<Descriptor> FileTakeOver::Claim(const std::string& path, int64_t length) {
  if (length <= 0) return InvalidArgument(path + ": nothing to take over");
  int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return FromErrno(errno, path);
  Descriptor file(fd);
  RETURN_IF_ERROR(CheckAlone(fd, path));
  RETURN_IF_ERROR(CheckMemory(fd, path, length));
  if (::ftruncate(fd, length) != 0) return FromErrno(errno, path);
  return file;
}

Result<Overwrite> FileTakeOver::Run(const std::string& path, int64_t length) {
  ASSIGN_OR_RETURN(Descriptor file, Claim(path, length));
  auto mapping = std::make_shared<Mapping>();
  mapping->length = static_cast<size_t>(length);
  void* address = ::mmap(nullptr, mapping->length, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_POPULATE, file.get(), 0);
  if (address == MAP_FAILED) return FromErrno(errno, path);
  mapping->address = address;
  return Overwrite{{static_cast<char*>(address), mapping->length}, std::move(mapping)};
}

}  // namespace alluxio
