#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/log.h"
#include "coord/session.h"
#include "coord/zookeeper.h"
#include "election/guardian.h"
#include "election/internal/guard_message.h"
#include "env/clock.h"

namespace alluxio::election {
namespace {

constexpr Duration kConnectPatience = std::chrono::seconds(2);

enum class Outcome { kInOrder, kMasterGone };

// Reads what has been sent; false when all is in order.
bool ReadMessages(std::optional<GuardMessage>* watched, bool* open) {
  std::string buffer(kGuardMessageBytes, '\0');
  while (*open) {
    ssize_t size = ::recv(kGuardSocket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return true;  // nothing more now
    if (size == 0) *open = false;
    const std::string text = buffer.substr(0, static_cast<size_t>(size));
    if (text == kGuardEnd) return false;
    if (text.empty()) continue;
    Result<GuardMessage> message = GuardMessage::Parse(text);
    if (message.ok()) *watched = std::move(*message);
    LogIfError(message.status(), "guardian: message");
  }
  return true;
}

// Waits for the master's end, or its word. When the other end of the socket is closed without a
// word the master is ending, and the kernel says so in a moment, or has begun anew without telling;
// then its session cannot live longer than its timeout.
Outcome WaitForEnd(std::optional<GuardMessage>* watched) {
  bool open = true;
  while (true) {
    std::array<pollfd, 2> ends{pollfd{kGuardProcess, POLLIN, 0},
                               pollfd{open ? kGuardSocket : -1, POLLIN, 0}};
    int limit = -1;
    if (!open) {
      if (!*watched) return Outcome::kInOrder;
      limit = static_cast<int>(ToMillis(2 * (*watched)->timeout));
    }
    int ready = ::poll(ends.data(), ends.size(), limit);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return Outcome::kInOrder;
    if (!ReadMessages(watched, &open)) return Outcome::kInOrder;
    if (ends[0].revents != 0) return Outcome::kMasterGone;
  }
}

// Ends the session, and asks again until ZooKeeper says that there is none.
void CloseSession(const GuardMessage& watched) {
  Result<coord::ZooKeeperAddress> address = coord::ZooKeeperAddress::Parse(watched.address);
  if (!address.ok()) return LogIfError(address.status(), "guardian: address");
  coord::ZooKeeper zookeeper(std::move(*address));
  const Duration deadline = Clock::Real().Monotonic() + 2 * watched.timeout;
  bool closed = false;
  while (Clock::Real().Monotonic() < deadline) {
    auto session = coord::Session::Open(zookeeper, {watched.timeout, watched.session});
    if (!session.ok()) return LogIfError(session.status(), "guardian: session");
    Status status = (*session)->AwaitConnected(kConnectPatience);
    if (status.Is(StatusCode::kAborted)) {
      LOG_INFO("guardian: the master is gone, its session {}",
               closed ? "was closed" : "had ended already");
      return;
    }
    closed = closed || status.ok();  // by the end of this object
  }
  LOG_WARN("guardian: ZooKeeper does not answer; the session is left to its timeout");
}

}  // namespace

int Guardian::Run() {
  // It ends with its master, not with what ends its master.
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(signal, SIG_IGN);
  std::optional<GuardMessage> watched;
  if (WaitForEnd(&watched) == Outcome::kMasterGone && watched) CloseSession(*watched);
  return 0;
}

}  // namespace alluxio::election
