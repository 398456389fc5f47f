#include "coord/zookeeper_address.h"

#include <cctype>
#include <charconv>

namespace alluxio::coord {
namespace {

Status Bad(const std::string& text, const std::string& why) {
  return InvalidArgument("alluxio.zookeeper.address=" + text + ": " + why);
}

// "host", "host:port" or "[v6]:port" -> with a port; empty when the port is no number.
std::string WithPort(const std::string& server) {
  size_t colon = server.rfind(':');
  if (colon == std::string::npos || server.back() == ']') return server + ":2181";
  int port = 0;
  const char* end = server.data() + server.size();
  auto [stop, error] = std::from_chars(server.data() + colon + 1, end, port);
  if (error != std::errc() || stop != end || port < 1 || port > 65535) return "";
  return colon == 0 ? "" : server;
}

}  // namespace

Result<ZooKeeperAddress> ZooKeeperAddress::Parse(const std::string& text) {
  ZooKeeperAddress address;
  size_t slash = text.find('/');
  if (slash != std::string::npos) {
    address.chroot = text.substr(slash);
    if (address.chroot == "/") address.chroot.clear();
    if (address.chroot.ends_with('/') || address.chroot.find("//") != std::string::npos) {
      return Bad(text, "the part from the first slash on is not the path of a node");
    }
  }
  std::string server;
  for (char c : text.substr(0, slash) + ",") {
    if (c != ',' && c != ';' && c != '+') {
      if (std::isspace(static_cast<unsigned char>(c)) == 0) server += c;
      continue;
    }
    if (server.empty()) continue;
    address.servers.push_back(WithPort(server));
    if (address.servers.back().empty()) return Bad(text, server + " is not host:port");
    server.clear();
  }
  if (address.servers.empty()) return Bad(text, "no server is named");
  return address;
}

std::string ZooKeeperAddress::ServerList() const {
  std::string list;
  for (const std::string& server : servers) list += (list.empty() ? "" : ",") + server;
  return list;
}

}  // namespace alluxio::coord
