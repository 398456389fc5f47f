// GuardMessage: what a master tells its guardian, one message a packet of their socket. Immutable.
#pragma once

#include <string>

#include "base/duration.h"
#include "base/result.h"
#include "coord/coordinator.h"

namespace alluxio::election {

// Descriptors the program is started with.
inline constexpr int kGuardSocket = 3;
inline constexpr int kGuardProcess = 4;  // a pidfd of the master
inline constexpr char kGuardEnd[] = "end";
inline constexpr size_t kGuardMessageBytes = 64 * 1024;

struct GuardMessage {
  coord::SessionId session;
  Duration timeout{};
  std::string address;

  // "<session id> <password in hex> <timeout in ms> <address>"
  std::string ToText() const;
  static Result<GuardMessage> Parse(const std::string& text);
};

}  // namespace alluxio::election
