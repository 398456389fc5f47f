// Loaded before a program's libraries (LD_PRELOAD): the program stops itself, as on SIGSTOP, the
// first time it is about to read or write the file HOLD_FILE at HOLD_AT or beyond. A test that has
// to stop a program in the midst of a file does not depend on being scheduled in time. SIGCONT lets
// it go on.
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

bool IsHeld(int fd) {
  const char* held = std::getenv("HOLD_FILE");
  char link[64];
  char name[4096];
  std::snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
  ssize_t length = ::readlink(link, name, sizeof(name) - 1);
  if (held == nullptr || length < 0) return false;
  name[length] = '\0';
  return std::strcmp(name, held) == 0;
}

void StopWhenThere(int fd, off_t offset) {
  static std::atomic<bool> stopped{false};
  const char* at = std::getenv("HOLD_AT");
  if (at == nullptr || offset < std::atoll(at) || !IsHeld(fd)) return;
  if (!stopped.exchange(true)) ::raise(SIGSTOP);
}

ssize_t Read(int fd, void* buffer, size_t count, off_t offset) {
  StopWhenThere(fd, offset);
  return ::syscall(SYS_pread64, fd, buffer, count, offset);
}

ssize_t Write(int fd, const void* buffer, size_t count, off_t offset) {
  StopWhenThere(fd, offset);
  return ::syscall(SYS_pwrite64, fd, buffer, count, offset);
}

}  // namespace

#define ALLUXIO_OURS extern "C" __attribute__((visibility("default")))

ALLUXIO_OURS ssize_t pread(int fd, void* buffer, size_t count, off_t offset) {
  return Read(fd, buffer, count, offset);
}

ALLUXIO_OURS ssize_t pread64(int fd, void* buffer, size_t count, off_t offset) {
  return Read(fd, buffer, count, offset);
}

ALLUXIO_OURS ssize_t pwrite(int fd, const void* buffer, size_t count, off_t offset) {
  return Write(fd, buffer, count, offset);
}

ALLUXIO_OURS ssize_t pwrite64(int fd, const void* buffer, size_t count, off_t offset) {
  return Write(fd, buffer, count, offset);
}
