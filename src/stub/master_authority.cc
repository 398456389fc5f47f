#include "stub/master_authority.h"

#include <vector>

#include "conf/configuration.h"
#include "conf/key.h"
#include "stub/zookeeper_locator.h"

namespace alluxio::stub {
namespace {

constexpr char kScheme[] = "alluxio://";
constexpr char kZooKeeper[] = "zk@";

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == ',' || c == ';' || c == '+') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string Join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

bool AreAddresses(const std::vector<std::string>& parts) {
  for (const std::string& part : parts) {
    if (part.find('/') != std::string::npos || !ParseMasterAddress(part).ok()) return false;
  }
  return true;
}

Status SetAll(conf::Configuration* conf,
              const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [name, value] : values) RETURN_IF_ERROR(conf->Set(name, value));
  return OkStatus();
}

// The servers of "zk@<name>".
Result<std::string> ServersOf(const std::string& name, const conf::Configuration& conf) {
  std::vector<std::string> servers;
  const std::string list = "alluxio.master.zookeeper.nameservices." + name;
  if (conf::FindKey(list) == nullptr) return InvalidArgument("zk@" + name + ": not a name");
  for (const std::string& id : conf.GetList(list)) {
    if (conf::FindKey("alluxio.master.zookeeper.address." + name + "." + id) == nullptr) {
      return InvalidArgument(list + ": \"" + id + "\" is not a name");
    }
    servers.push_back(conf.GetString("alluxio.master.zookeeper.address." + name + "." + id));
    if (!AreAddresses({servers.back()})) {
      return InvalidArgument("alluxio.master.zookeeper.address." + name + "." + id +
                             ": not set to host:port");
    }
  }
  if (servers.empty()) {
    return InvalidArgument(list + ": not set");
  }
  return Join(servers);
}

}  // namespace

Status ApplyAuthority(const std::string& uri, conf::Configuration* conf) {
  if (!uri.starts_with(kScheme)) return OkStatus();
  const size_t begin = sizeof(kScheme) - 1;
  const std::string authority = uri.substr(begin, uri.find('/', begin) - begin);
  if (authority.empty()) return OkStatus();
  if (authority.starts_with(kZooKeeper)) {
    const std::string rest = authority.substr(sizeof(kZooKeeper) - 1);
    std::string servers = Join(Split(rest));
    if (rest.find_first_of(":,;+") == std::string::npos) {
      ASSIGN_OR_RETURN(servers, ServersOf(rest, *conf));
    } else if (!AreAddresses(Split(rest))) {
      return InvalidArgument(uri + ": zk@ is followed by host:port,host:port...");
    }
    return SetAll(conf, {{"alluxio.zookeeper.enabled", "true"},
                         {"alluxio.zookeeper.address", servers}});
  }
  const std::vector<std::string> masters = Split(authority);
  if (!AreAddresses(masters)) {
    return InvalidArgument(uri + ": the authority \"" + authority +
                           "\" is neither host:port, several of them, nor zk@host:port,...");
  }
  if (masters.size() > 1) {
    return SetAll(conf, {{"alluxio.zookeeper.enabled", "false"},
                         {"alluxio.master.rpc.addresses", Join(masters)}});
  }
  ASSIGN_OR_RETURN(MasterAddress master, ParseMasterAddress(masters[0]));
  return SetAll(conf, {{"alluxio.zookeeper.enabled", "false"},
                       {"alluxio.master.rpc.addresses", ""},
                       {"alluxio.master.hostname", master.host},
                       {"alluxio.master.rpc.port", std::to_string(master.port)}});
}

}  // namespace alluxio::stub
