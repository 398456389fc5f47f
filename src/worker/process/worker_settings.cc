#include "worker/process/worker_settings.h"

#include <fmt/core.h>

#include <algorithm>

#include "conf/service_address.h"
#include "conf/value_format.h"

namespace alluxio::worker {
namespace {

std::string TrimSlashes(std::string text) {
  while (!text.empty() && text.back() == '/') text.pop_back();
  while (!text.empty() && text.front() == '/') text.erase(0, 1);
  return text;
}

// "rwxr-xr-x" or "755".
Result<uint32_t> ParsePermissions(const std::string& name, const std::string& text) {
  uint32_t mode = 0;
  if (text.size() == 9) {
    for (size_t i = 0; i < 9; ++i) {
      if (text[i] != "rwx"[i % 3] && text[i] != '-') break;
      mode = mode << 1 | (text[i] == '-' ? 0 : 1);
      if (i == 8) return mode;
    }
  }
  bool octal = text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) {
                 return c >= '0' && c <= '7';
               });
  if (!octal) {
    return InvalidArgument(
        fmt::format("{}={}: expected permissions such as rwxrwxrwx or 777", name, text));
  }
  for (char c : text) mode = mode << 3 | static_cast<uint32_t>(c - '0');
  return mode;
}

const std::string& At(const std::vector<std::string>& list, size_t index) {
  return list[std::min(index, list.size() - 1)];
}

Result<StorageTierOptions> TierOf(const conf::Configuration& conf, int level) {
  auto name = [level](const char* suffix) {
    return fmt::format("alluxio.worker.tieredstore.level{}.{}", level, suffix);
  };
  StorageTierOptions tier;
  tier.alias = conf.GetString(name("alias"));
  if (tier.alias.empty()) return InvalidArgument(name("alias") + ": a tier needs a name");
  std::vector<std::string> paths = conf.GetList(name("dirs.path"));
  std::vector<std::string> quotas = conf.GetList(name("dirs.quota"));
  std::vector<std::string> media = conf.GetList(name("dirs.mediumtype"));
  if (paths.empty()) return InvalidArgument(name("dirs.path") + ": a tier needs a directory");
  if (quotas.empty()) return InvalidArgument(name("dirs.quota") + ": a tier needs a quota");
  for (size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].front() != '/') {
      return InvalidArgument(
          fmt::format("{}={}: expected an absolute path", name("dirs.path"), paths[i]));
    }
    Result<int64_t> quota = conf::ParseBytes(At(quotas, i));
    if (!quota.ok()) return quota.status().WithContext(name("dirs.quota"));
    if (*quota <= 0) {
      return InvalidArgument(
          fmt::format("{}={}: expected a size above 0", name("dirs.quota"), At(quotas, i)));
    }
    tier.dirs.push_back({paths[i], *quota, media.empty() ? tier.alias : At(media, i)});
  }
  return tier;
}

}  // namespace

Status CheckSupported(const conf::Configuration& conf) {
  const std::string kind = conf.GetString("alluxio.worker.block.store.type");
  if (kind == "FILE") return OkStatus();
  return FailedPrecondition("alluxio.worker.block.store.type=" + kind +
                            ": this worker knows FILE");
}

Result<StoreOptions> StoreOptionsOf(const conf::Configuration& conf) {
  StoreOptions options;
  int levels = conf.GetInt("alluxio.worker.tieredstore.levels");
  if (levels < 1 || levels > 100) {
    return InvalidArgument(
        fmt::format("alluxio.worker.tieredstore.levels={}: expected 1 to 100", levels));
  }
  for (int level = 0; level < levels; ++level) {
    ASSIGN_OR_RETURN(StorageTierOptions tier, TierOf(conf, level));
    options.tiers.push_back(std::move(tier));
  }
  options.data_folder = TrimSlashes(conf.GetString("alluxio.worker.data.folder"));
  options.temp_folder = TrimSlashes(conf.GetString("alluxio.worker.data.folder.tmp"));
  if (options.data_folder.empty() || options.temp_folder.empty()) {
    return InvalidArgument("alluxio.worker.data.folder: expected the name of a folder");
  }
  options.temp_subdirs = std::max(1, conf.GetInt("alluxio.worker.data.tmp.subdir.max"));
  std::string permissions = "alluxio.worker.data.folder.permissions";
  ASSIGN_OR_RETURN(options.folder_mode,
                   ParsePermissions(permissions, conf.GetString(permissions)));
  return options;
}

std::string DomainSocketOf(const conf::Configuration& conf, Rng& rng) {
  std::string path = conf.GetString("alluxio.worker.data.server.domain.socket.address");
  if (path.empty() || !conf.GetBool("alluxio.worker.data.server.domain.socket.as.uuid")) {
    return path;
  }
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path + "/" + rng.Uuid();
}

WorkerNetAddress WorkerAddressOf(const conf::Configuration& conf, int port) {
  WorkerNetAddress address;
  address.host = conf::ServiceAddress::OfWorkerRpc(conf).connect_host;
  address.container_host = conf.GetString("alluxio.worker.container.hostname");
  address.rpc_port = port;
  address.data_port = port;
  address.web_port = conf.GetInt("alluxio.worker.web.port");
  std::string node = conf.GetString("alluxio.locality.node");
  address.tiers.push_back({"node", node.empty() ? address.host : node});
  address.tiers.push_back({"rack", conf.GetString("alluxio.locality.rack")});
  return address;
}

}  // namespace alluxio::worker
