#include "env/byte_pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace alluxio {

namespace {
// How long a full pipe may hide that its writer was told to stop.
constexpr int kLookMs = 50;
}  // namespace

Result<std::unique_ptr<BytePipe>> BytePipe::Create() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return FromErrno(errno, "pipe");
  // A larger pipe means fewer switches between the two processes; refused is fine.
  ::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  return std::unique_ptr<BytePipe>(new BytePipe(ends[0], ends[1]));
}

BytePipe::~BytePipe() {
  EndWriting();
  if (read_fd_ >= 0) ::close(read_fd_);
}

void BytePipe::EndWriting() {
  if (write_fd_ >= 0) ::close(write_fd_);
  write_fd_ = -1;
}

// The parent's own reading end stays open, so there is no SIGPIPE when the child is gone.
Status BytePipe::Write(std::string_view data) {
  while (!data.empty()) {
    if (cancelled_.load(std::memory_order_acquire)) return Cancelled("pipe to child");
    ssize_t n = ::write(write_fd_, data.data(), data.size());
    if (n >= 0) {
      data.remove_prefix(static_cast<size_t>(n));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return FromErrno(errno, "pipe to child");
    pollfd full{write_fd_, POLLOUT, 0};
    if (::poll(&full, 1, kLookMs) < 0 && errno != EINTR) return FromErrno(errno, "pipe to child");
  }
  return OkStatus();
}

Result<size_t> BytePipe::ReadSome(std::span<char> into) {
  EndWriting();  // the child's copy would hide the end
  while (true) {
    ssize_t n = ::read(read_fd_, into.data(), into.size());
    if (n >= 0) return static_cast<size_t>(n);
    if (errno != EINTR) return FromErrno(errno, "pipe from parent");
  }
}

}  // namespace alluxio
