// Addresses and the master's view of a worker.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/ids.h"

namespace alluxio {

struct LocalityTier {
  std::string name;
  std::string value;  // empty = absent
  bool operator==(const LocalityTier&) const = default;
};

// Clients compare addresses field by field: a worker's address must be identical in every message.
struct WorkerNetAddress {
  std::string host;
  int32_t rpc_port = 0;
  int32_t data_port = 0;
  int32_t web_port = 0;
  std::string domain_socket_path;
  std::vector<LocalityTier> tiers;  // at least {"node", host}
  std::string container_host;
  bool operator==(const WorkerNetAddress&) const = default;
};

struct WorkerInfo {
  WorkerId id = 0;
  WorkerNetAddress address;
  int32_t last_contact_sec = 0;
  std::string state;  // "ACTIVE", "LOST", "Decommissioned", "Disabled"
  int64_t capacity_bytes = 0;
  int64_t used_bytes = 0;
  int64_t start_time_ms = 0;
  std::map<std::string, int64_t> capacity_on_tiers;
  std::map<std::string, int64_t> used_on_tiers;
  int64_t block_count = 0;
  std::string version;
  std::string revision;
  int32_t cpus = 0;  // 0 = not told
};

}  // namespace alluxio
