// The authority of an alluxio:// URI: which masters it means, as Alluxio's clients read it.
//
//   alluxio:///p                        those that are configured
//   alluxio://host:19998/p              this one
//   alluxio://h1:19998,h2:19998/p       these; also ; and + between them
//   alluxio://zk@h1:2181,h2:2181/p      the primary that this ZooKeeper knows; also ; and +
//   alluxio://zk@name/p                 the same, by alluxio.master.zookeeper.nameservices.name
#pragma once

#include <string>

#include "base/status.h"

namespace alluxio::conf {
class Configuration;
}

namespace alluxio::stub {

// Sets in `conf` what the authority of `uri` says, above everything else; nothing when there is
// none, or no scheme. INVALID_ARGUMENT for an authority that is none of the above.
Status ApplyAuthority(const std::string& uri, conf::Configuration* conf);

}  // namespace alluxio::stub
