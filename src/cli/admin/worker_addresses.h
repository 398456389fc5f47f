// WorkerAddressesOf: the workers that decommissionWorker and enableWorker are told of.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace alluxio::cli {

struct WorkerAddress {
  std::string host;
  int web_port = 0;
  std::string Text() const { return host + ":" + std::to_string(web_port); }
};

// "worker1,worker2:30001"; `default_port` where none is named. INVALID_ARGUMENT.
Result<std::vector<WorkerAddress>> WorkerAddressesOf(const std::string& text, int default_port);

}  // namespace alluxio::cli
