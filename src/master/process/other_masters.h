// What a master asks the other masters of its cluster.
#pragma once

#include <string>
#include <vector>

#include "conf/configuration.h"
#include "master/service/server_configs.h"

namespace alluxio::master {

// By address: what each of `addresses` ("host:port") has set, as far as servers have to agree on
// it. One that does not answer within seconds is left out. Blocks.
std::map<std::string, Settings> SettingsOfMasters(const conf::Configuration& conf,
                                                  const std::vector<std::string>& addresses);

}  // namespace alluxio::master
