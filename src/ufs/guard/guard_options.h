// GuardOptions: the limits of one mount. Properties alluxio.underfs.mount.*, each of which may be
// given as an option of a single mount too.
#pragma once

#include <map>
#include <string>

#include "base/duration.h"
#include "base/result.h"
#include "conf/configuration.h"
#include "ufs/guard/circuit_breaker.h"

namespace alluxio::ufs {

struct GuardOptions {
  size_t concurrency = 64;  // calls of the mount that run at once
  size_t queue = 10'000;    // calls that wait for one of those to end
  Duration call_timeout = std::chrono::seconds(30);
  Duration long_timeout = std::chrono::hours(1);  // of renames and of deletes of whole folders
  int retries = 3;  // of calls that are safe to repeat
  Duration retry_base = std::chrono::milliseconds(100);
  Duration retry_max = std::chrono::seconds(3);
  CircuitBreakerOptions breaker;
  Duration slow_log = std::chrono::seconds(10);  // calls that take longer are logged

  // INVALID_ARGUMENT that names the property.
  static Result<GuardOptions> From(const conf::Configuration& conf,
                                   const std::map<std::string, std::string>& mount_properties);
};

}  // namespace alluxio::ufs
