#include "client/fs/path_options.h"

#include <utility>

#include "model/path.h"

namespace alluxio::client {

PathOptions::PathOptions(const conf::Configuration& conf, ClientOptions everywhere,
                         stub::PathDefaults defaults)
    : conf_(conf),
      everywhere_(std::make_shared<const ClientOptions>(std::move(everywhere))),
      defaults_(std::move(defaults)) {}

Result<PathOptions::Shared> PathOptions::Make(const std::string& prefix) const {
  conf::Configuration::Pairs pairs;  // what comes later counts, so the longest prefix is the last
  for (std::string_view outer = prefix;; outer = ParentPath(outer)) {
    auto found = defaults_.find(std::string(outer));
    if (found != defaults_.end()) {
      pairs.insert(pairs.begin(), found->second.begin(), found->second.end());
    }
    if (outer == "/") break;
  }
  auto fail = [&](const Status& status) {
    return Status(status.code(), "path " + prefix + ": " + status.message());
  };
  Result<conf::Configuration> merged = conf_.WithPathDefaults(pairs);
  if (!merged.ok()) return fail(merged.status());
  Result<ClientOptions> options = ClientOptions::FromConf(*merged);
  if (!options.ok()) return fail(options.status());
  return Shared(std::make_shared<const ClientOptions>(*std::move(options)));
}

Result<PathOptions::Shared> PathOptions::Of(std::string_view path) {
  if (defaults_.empty() || !path.starts_with('/')) return everywhere_;  // the master refuses it
  std::string prefix(path);
  while (!defaults_.contains(prefix)) {
    if (prefix.size() <= 1) return everywhere_;
    prefix = std::string(ParentPath(prefix));
  }
  {
    MutexLock lock(mutex_);
    auto made = made_.find(prefix);
    if (made != made_.end()) return made->second;
  }
  ASSIGN_OR_RETURN(Shared options, Make(prefix));
  MutexLock lock(mutex_);
  return made_.emplace(std::move(prefix), std::move(options)).first->second;
}

}  // namespace alluxio::client
