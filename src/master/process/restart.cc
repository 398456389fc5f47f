#include "master/process/restart.h"

#include <errno.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

namespace alluxio::master {

Status RestartProcess(char** argv) {
  // By its name, so that the process keeps that, and a program replaced meanwhile is the new one.
  std::array<char, 4096> path{};
  ssize_t size = readlink("/proc/self/exe", path.data(), path.size() - 1);
  std::string program = size > 0 ? std::string(path.data(), static_cast<size_t>(size)) : argv[0];
  constexpr std::string_view kDeleted = " (deleted)";
  if (program.ends_with(kDeleted)) program.resize(program.size() - kDeleted.size());
  // Whatever has been opened without O_CLOEXEC by a library; kernels before 5.11 keep it open.
  syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  execv(program.c_str(), argv);
  // Somebody has moved it: the program that is running, then, by a name that tells less.
  execv("/proc/self/exe", argv);
  return UnknownError("starting " + program + " again: " + std::strerror(errno));
}

}  // namespace alluxio::master
