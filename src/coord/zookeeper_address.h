// ZooKeeperAddress: "h1:2181,h2:2181/chroot", the value of alluxio.zookeeper.address, taken apart.
// Servers are parted by commas, semicolons or plus signs. Immutable.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace alluxio::coord {

struct ZooKeeperAddress {
  std::vector<std::string> servers;  // "host:port"
  std::string chroot;                // "" or "/a/b": every path is below it

  // INVALID_ARGUMENT, with the key's name, when there is no server, a port is none, or the chroot
  // is no path. A missing port is 2181.
  static Result<ZooKeeperAddress> Parse(const std::string& text);
  // The servers with commas, without the chroot.
  std::string ServerList() const;
};

}  // namespace alluxio::coord
