// session-holder: a process with a session of ZooKeeper.
//
//   hold ADDRESS PATH TIMEOUT_MS [guardian]   makes an ephemeral node, says "holding <pid of the
//                                             guardian>", and stays for a line of input
//   again ADDRESS PATH TIMEOUT_MS             the same, with another session for each line
//   await-gone ADDRESS PATH                   says "there", then "gone <monotonic ms>"
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

#include "base/check.h"
#include "coord/session.h"
#include "coord/zookeeper.h"
#include "election/guardian.h"
#include "env/clock.h"

namespace {

using namespace alluxio;
constexpr Duration kPatience = std::chrono::seconds(30);

std::unique_ptr<coord::Session> Open(coord::ZooKeeper& zookeeper, Duration timeout) {
  auto session = coord::Session::Open(zookeeper, {timeout, {}});
  CHECK(session.ok()) << session.status().ToString();
  Status connected = (*session)->AwaitConnected(kPatience);
  CHECK(connected.ok()) << connected.ToString();
  return std::move(*session);
}

void Say(const std::string& line) {
  std::cout << line << std::endl;  // at once: somebody waits for it
}

int Hold(const std::string& address, const std::string& path, Duration timeout, bool guarded,
         bool again) {
  coord::ZooKeeper zookeeper(coord::ZooKeeperAddress::Parse(address).value());
  std::unique_ptr<election::Guardian> guardian;
  if (guarded) guardian = election::Guardian::Start({address, timeout, ""}).value();
  std::string line;
  do {
    std::unique_ptr<coord::Session> session = Open(zookeeper, timeout);
    if (guardian != nullptr) {
      Status watched = guardian->Watch(session->coordinator().session());
      CHECK(watched.ok()) << watched.ToString();
    }
    auto made = session->Create(path, "", coord::CreateMode::kEphemeral, kPatience);
    CHECK(made.ok()) << made.status().ToString();
    Say("holding " + std::to_string(guardian == nullptr ? 0 : guardian->pid()));
    if (!std::getline(std::cin, line)) return 0;
  } while (again);
  return 0;
}

int AwaitGone(const std::string& address, const std::string& path) {
  coord::ZooKeeper zookeeper(coord::ZooKeeperAddress::Parse(address).value());
  std::unique_ptr<coord::Session> session = Open(zookeeper, std::chrono::seconds(10));
  std::atomic<bool> gone{false};
  std::atomic<bool> asked{false};
  session->coordinator().Exists(path, [&gone] { gone = true; },
                                [&asked](Result<coord::NodeStat> stat) {
                                  CHECK(stat.ok()) << stat.status().ToString();
                                  asked = true;
                                });
  while (!asked) ::usleep(1000);
  Say("there");
  while (!gone) ::usleep(200);
  Say("gone " + std::to_string(ToMillis(Clock::Real().Monotonic())));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 3 ? argv[1] : "";
  if (mode == "await-gone") return AwaitGone(argv[2], argv[3]);
  if ((mode == "hold" || mode == "again") && argc > 4) {
    const bool guarded = mode == "again" || (argc > 5 && std::string(argv[5]) == "guardian");
    return Hold(argv[2], argv[3], Millis(std::stoll(argv[4])), guarded, mode == "again");
  }
  std::cerr << "see the head of session_holder_main.cc" << std::endl;
  return 2;
}
