#include "ufs/guard/guard_options.h"

namespace alluxio::ufs {
namespace {

constexpr std::string_view kPrefix = "alluxio.underfs.mount.";

Result<size_t> PositiveOf(const conf::Configuration& conf, std::string_view name) {
  int value = conf.GetInt(name);
  if (value > 0) return static_cast<size_t>(value);
  return InvalidArgument(std::string(name) + "=" + std::to_string(value) +
                         ": it must be positive");
}

Result<Duration> TimeOf(const conf::Configuration& conf, std::string_view name) {
  Duration value = conf.GetDuration(name);
  if (value > Duration::zero()) return value;
  return InvalidArgument(std::string(name) + ": it must be longer than nothing");
}

}  // namespace

Result<GuardOptions> GuardOptions::From(
    const conf::Configuration& site, const std::map<std::string, std::string>& mount_properties) {
  conf::Configuration conf = site;
  for (const auto& [name, value] : mount_properties) {
    if (name.starts_with(kPrefix)) RETURN_IF_ERROR(conf.Set(name, value));
  }
  GuardOptions options;
  ASSIGN_OR_RETURN(options.concurrency, PositiveOf(conf, "alluxio.underfs.mount.concurrency.max"));
  ASSIGN_OR_RETURN(options.queue, PositiveOf(conf, "alluxio.underfs.mount.queue.max"));
  ASSIGN_OR_RETURN(options.call_timeout, TimeOf(conf, "alluxio.underfs.mount.call.timeout"));
  ASSIGN_OR_RETURN(options.long_timeout, TimeOf(conf, "alluxio.underfs.mount.long.call.timeout"));
  options.retries = conf.GetInt("alluxio.underfs.mount.retry.max");
  ASSIGN_OR_RETURN(options.retry_base, TimeOf(conf, "alluxio.underfs.mount.retry.base.sleep"));
  ASSIGN_OR_RETURN(options.retry_max, TimeOf(conf, "alluxio.underfs.mount.retry.max.sleep"));
  ASSIGN_OR_RETURN(size_t failures, PositiveOf(conf, "alluxio.underfs.mount.breaker.failures"));
  options.breaker.failures = static_cast<int>(failures);
  ASSIGN_OR_RETURN(options.breaker.open_time,
                   TimeOf(conf, "alluxio.underfs.mount.breaker.open.time"));
  ASSIGN_OR_RETURN(options.breaker.max_open_time,
                   TimeOf(conf, "alluxio.underfs.mount.breaker.max.open.time"));
  options.slow_log = conf.GetDuration("alluxio.underfs.logging.threshold");
  return options;
}

}  // namespace alluxio::ufs
