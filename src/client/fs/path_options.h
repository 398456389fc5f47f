// PathOptions: the client's options for each path, which differ below prefixes that have properties
// of their own (path defaults). Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/result.h"
#include "client/block/client_options.h"
#include "conf/configuration.h"
#include "stub/cluster_defaults.h"

namespace alluxio::client {

class PathOptions {
 public:
  using Shared = std::shared_ptr<const ClientOptions>;  // shared with who uses them meanwhile

  // A property that several prefixes of a path set has the value of the longest of them.
  PathOptions(const conf::Configuration& conf, ClientOptions everywhere,
              stub::PathDefaults defaults);

  const ClientOptions& Everywhere() const { return *everywhere_; }
  // INVALID_ARGUMENT, with the prefix, for a value that does not parse.
  Result<Shared> Of(std::string_view path);

 private:
  Result<Shared> Make(const std::string& prefix) const;

  const conf::Configuration conf_;
  const Shared everywhere_;
  const stub::PathDefaults defaults_;
  Mutex mutex_{LockRank::kLeaf};
  std::map<std::string, Shared> made_ GUARDED_BY(mutex_);  // by prefix, as they are asked for
};

}  // namespace alluxio::client
