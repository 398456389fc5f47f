#include "election/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/log.h"
#include "election/internal/guard_message.h"
#include "env/posix/descriptor.h"

extern char** environ;

namespace alluxio::election {
namespace {

constexpr int kFirstFree = 10;  // above the numbers the program expects
constexpr int kEndPatienceMs = 1000;

std::string BesideThisProgram() {
  std::array<char, 4096> path{};
  ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  std::string self(path.data(), size > 0 ? static_cast<size_t>(size) : 0);
  return self.substr(0, self.rfind('/') + 1) + "alluxio-guardian";
}

// Starts `program` with the two descriptors and nothing else of this process.
Result<pid_t> SpawnGuardian(const std::string& program, int socket, int process) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, socket, kGuardSocket);
  ::posix_spawn_file_actions_adddup2(&files, process, kGuardProcess);
  ::posix_spawn_file_actions_addclosefrom_np(&files, kGuardProcess + 1);
  sigset_t none;
  sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  // A session of its own: signals of the master's terminal are not for it.
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  std::string name = "alluxio-guardian";
  std::array<char*, 2> arguments = {name.data(), nullptr};
  pid_t pid = -1;
  int error =
      ::posix_spawn(&pid, program.c_str(), &files, &attributes, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) return FromErrno(error, program);
  return pid;
}

}  // namespace

Result<std::unique_ptr<Guardian>> Guardian::Start(const GuardianOptions& options) {
  auto guardian = std::unique_ptr<Guardian>(new Guardian(options));
  MutexLock lock(guardian->mutex_);
  RETURN_IF_ERROR(guardian->Spawn());
  return guardian;
}

Status Guardian::Spawn() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return FromErrno(errno, "guardian: socketpair");
  }
  Descriptor ours(ends[0]);
  Descriptor given(ends[1]);
  Descriptor self(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  if (self.get() < 0) return FromErrno(errno, "guardian: pidfd_open");
  Descriptor high_socket(::fcntl(given.get(), F_DUPFD_CLOEXEC, kFirstFree));
  Descriptor high_self(::fcntl(self.get(), F_DUPFD_CLOEXEC, kFirstFree));
  if (high_socket.get() < 0 || high_self.get() < 0) return FromErrno(errno, "guardian: fcntl");
  const std::string program = options_.program.empty() ? BesideThisProgram() : options_.program;
  ASSIGN_OR_RETURN(pid_, SpawnGuardian(program, high_socket.get(), high_self.get()));
  socket_ = ours.Release();
  return OkStatus();
}

bool Guardian::Send(const std::string& message) {
  return socket_ >= 0 &&
         ::send(socket_, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
             static_cast<ssize_t>(message.size());
}

void Guardian::Reap() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  if (pid_ < 0) return;
  Descriptor child(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  pollfd end{child.get(), POLLIN, 0};
  if (::poll(&end, 1, kEndPatienceMs) != 1) ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

Status Guardian::Watch(const coord::SessionId& session) {
  const std::string message =
      GuardMessage{session, options_.session_timeout, options_.zookeeper_address}.ToText();
  MutexLock lock(mutex_);
  if (Send(message)) return OkStatus();
  Reap();
  Status started = Spawn();
  if (started.ok() && Send(message)) return OkStatus();
  return Unavailable("guardian: not there: " + started.ToString());
}

Guardian::~Guardian() {
  MutexLock lock(mutex_);
  LogIfError(Send(kGuardEnd) ? OkStatus() : Unavailable("not there"), "guardian: its end");
  Reap();
}

pid_t Guardian::pid() const {
  MutexLock lock(mutex_);
  return pid_;
}

}  // namespace alluxio::election
