#include "env/forked_child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace alluxio {
namespace {

class PosixChildPipe final : public ChildPipe {
 public:
  explicit PosixChildPipe(int fd) : fd_(fd) {}
  Status Write(std::string_view data) override {
    while (!data.empty()) {
      ssize_t n = ::write(fd_, data.data(), data.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return FromErrno(errno, "pipe to parent");
      data.remove_prefix(static_cast<size_t>(n));
    }
    return OkStatus();
  }

 private:
  const int fd_;
};

[[noreturn]] void RunChild(int fd, pid_t parent, Callback<void(ChildPipe&)>& body) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // the parent ended before the line above
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  PosixChildPipe pipe(fd);
  body(pipe);
  ::_exit(0);  // no destructors, no exit handlers: they belong to the parent
}

}  // namespace

Result<std::unique_ptr<ForkedChild>> ForkedChild::Start(Callback<void(ChildPipe&)> body) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return FromErrno(errno, "pipe");
  // A larger pipe means fewer switches between the two processes; refused is fine.
  ::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
  pid_t parent = ::getpid();
  pid_t pid = ::fork();
  if (pid < 0) {
    int error = errno;
    ::close(ends[0]);
    ::close(ends[1]);
    return FromErrno(error, "fork");
  }
  if (pid == 0) {
    ::close(ends[0]);
    RunChild(ends[1], parent, body);
  }
  ::close(ends[1]);
  return std::unique_ptr<ForkedChild>(new ForkedChild(pid, ends[0]));
}

ForkedChild::~ForkedChild() {
  ::close(fd_);
  if (reaped_) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<size_t> ForkedChild::Read(std::span<char> into) {
  size_t done = 0;
  while (done < into.size()) {
    ssize_t n = ::read(fd_, into.data() + done, into.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FromErrno(errno, "pipe from child");
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  return done;
}

Status ForkedChild::Wait() {
  int state = 0;
  while (::waitpid(pid_, &state, 0) < 0) {
    if (errno != EINTR) return FromErrno(errno, "wait for child");
  }
  reaped_ = true;
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return OkStatus();
  return Aborted("child " + std::to_string(pid_) + ": " +
                 (WIFSIGNALED(state) ? "ended by signal " + std::to_string(WTERMSIG(state))
                                     : "exit code " + std::to_string(WEXITSTATUS(state))));
}

}  // namespace alluxio
