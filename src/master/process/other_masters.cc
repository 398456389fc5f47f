#include "master/process/other_masters.h"

#include "base/log.h"
#include "conf/consistency.h"
#include "stub/meta_master_client.h"
#include "stub/primary_locator.h"
#include "stub/zookeeper_locator.h"

namespace alluxio::master {
namespace {

constexpr Duration kPatience = std::chrono::seconds(5);

Result<Settings> SettingsOf(const conf::Configuration& conf, const std::string& address) {
  ASSIGN_OR_RETURN(stub::MasterAddress to, stub::ParseMasterAddress(address));
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  options.connect_timeout = kPatience;
  options.call_timeout = kPatience;
  options.retry.max_duration = kPatience;
  stub::MetaMasterClient master(std::make_shared<stub::MasterConnection>(
      stub::PrimaryLocator::Single(std::move(to)), options));
  stub::ConfigReadOptions what;
  what.skip_paths = true;
  ASSIGN_OR_RETURN(stub::ClusterConfiguration cluster, master.GetConfiguration(what));
  Settings settings;
  for (stub::ConfigEntry& entry : cluster.cluster) {
    if (conf::ConsistencyOf(entry.name) == conf::Consistency::kIgnore) continue;
    settings[entry.name] = std::move(entry.value);
  }
  return settings;
}

}  // namespace

std::map<std::string, Settings> SettingsOfMasters(const conf::Configuration& conf,
                                                  const std::vector<std::string>& addresses) {
  std::map<std::string, Settings> found;
  for (const std::string& address : addresses) {
    Result<Settings> settings = SettingsOf(conf, address);
    if (settings.ok()) {
      found[address] = *std::move(settings);
    } else {
      LOG_WARN("master: settings of another master are not known address={} error={}", address,
               settings.status().ToString());
    }
  }
  return found;
}

}  // namespace alluxio::master
