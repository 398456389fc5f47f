#include "env/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "env/clock.h"
#include "env/posix/descriptor.h"

namespace alluxio {
namespace {

// Starts the program with its output going to `out`, its input empty, in a group of its own so that
// what it starts is killed with it.
Result<pid_t> Spawn(const std::vector<std::string>& words, int out) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t pid = 0;
  int error =
      ::posix_spawnp(&pid, arguments[0], &files, &attributes, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) return FromErrno(error, words[0]);
  return pid;
}

// Reads until the end of the pipe; false when `end` came first.
bool ReadAll(int fd, Duration end, size_t limit, std::string* into) {
  std::array<char, 64 * 1024> piece;
  while (true) {
    int64_t left = ToMillis(end - Clock::Real().Monotonic());
    if (left <= 0) return false;
    pollfd wanted{fd, POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(std::min<int64_t>(left, 60'000))) <= 0) continue;
    ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    into->append(piece.data(), std::min(static_cast<size_t>(got), limit - into->size()));
  }
}

int Reap(pid_t pid) {
  int state = 0;
  while (::waitpid(pid, &state, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

}  // namespace

Result<ProgramOutcome> RunProgram(const std::vector<std::string>& words,
                                  const ProgramOptions& options) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return FromErrno(errno, words[0]);
  Descriptor reads(ends[0]);
  Result<pid_t> pid = [&] {
    Descriptor writes(ends[1]);
    return Spawn(words, writes.get());
  }();
  if (!pid.ok()) return pid.status();
  ProgramOutcome outcome;
  Duration end = Clock::Real().Monotonic() + options.patience;
  bool ended = ReadAll(reads.get(), end, options.output_bytes, &outcome.output);
  if (!ended) ::kill(-*pid, SIGKILL);
  outcome.exit_code = Reap(*pid);
  if (!ended) {
    return DeadlineExceeded(words[0] + ": did not end within " +
                            std::to_string(ToMillis(options.patience)) + " ms");
  }
  return outcome;
}

}  // namespace alluxio
