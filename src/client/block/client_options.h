// ClientOptions: what the client side of a process was configured to do (alluxio.user.*).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/duration.h"
#include "model/fs_options.h"
#include "stub/connection_options.h"

namespace alluxio::conf {
class Configuration;
}

namespace alluxio::client {

struct ClientOptions {
  stub::ConnectionOptions connection;
  std::string local_host;  // this host, as workers on it call themselves
  bool short_circuit = true;
  bool passive_cache = true;
  ReadType read_type = ReadType::kCache;
  WriteType write_type = WriteType::kAsyncThrough;
  int64_t block_size = 64 << 20;
  // Of a block, when its writing starts: the first of a file, and those behind full ones.
  int64_t first_reserve_bytes = 8 << 20;
  int64_t reserve_bytes = 64 << 20;
  int64_t chunk_bytes = 1 << 20;
  int32_t write_tier = 0;
  int32_t replication_min = 0;
  int32_t replication_max = -1;
  int32_t replication_durable = 1;
  uint16_t umask = 022;
  int64_t persist_wait_ms = 0;  // -1: do not persist ASYNC_THROUGH files by themselves
  std::optional<int64_t> ttl_ms;
  std::optional<TtlAction> ttl_action;
  std::optional<int64_t> sync_interval_ms;  // only when somebody chose one
  LoadMetadataType load_metadata = LoadMetadataType::kOnce;
  Duration worker_list_refresh = std::chrono::minutes(2);
  stub::RetryOptions read_retry;

  static Result<ClientOptions> FromConf(const conf::Configuration& conf);
};

}  // namespace alluxio::client
