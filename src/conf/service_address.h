// ServiceAddress: where a server listens and what others call it.
//
// As Alluxio decides: the name others use is <owner>.hostname, else <owner>.bind.host unless that
// is the wildcard, else this machine's resolved name. Immutable.
#pragma once

#include <string>

#include "conf/configuration.h"

namespace alluxio::conf {

struct ServiceAddress {
  std::string connect_host;
  std::string bind_host;
  int port = 0;  // 0: the system chooses when binding

  static ServiceAddress OfMasterRpc(const Configuration& conf);
  static ServiceAddress OfWorkerRpc(const Configuration& conf);
  static ServiceAddress OfJobMasterRpc(const Configuration& conf);
  static ServiceAddress OfJobWorkerRpc(const Configuration& conf);

  std::string Connect() const { return connect_host + ":" + std::to_string(port); }
  std::string Bind() const { return bind_host + ":" + std::to_string(port); }
};

}  // namespace alluxio::conf
