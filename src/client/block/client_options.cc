#include "client/block/client_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "conf/configuration.h"
#include "stub/block_streams.h"

namespace alluxio::client {
namespace {

constexpr int64_t kSmallReservation = 8 << 20;

Result<WriteType> ParseWriteType(const std::string& text) {
  if (text == "MUST_CACHE") return WriteType::kMustCache;
  if (text == "TRY_CACHE") return WriteType::kTryCache;
  if (text == "CACHE_THROUGH") return WriteType::kCacheThrough;
  if (text == "THROUGH") return WriteType::kThrough;
  if (text == "ASYNC_THROUGH") return WriteType::kAsyncThrough;
  if (text == "NONE") return WriteType::kNone;
  return InvalidArgument("alluxio.user.file.writetype.default: no write type " + text);
}

Result<ReadType> ParseReadType(const std::string& text) {
  if (text == "NO_CACHE") return ReadType::kNoCache;
  if (text == "CACHE") return ReadType::kCache;
  if (text == "CACHE_PROMOTE") return ReadType::kCachePromote;
  return InvalidArgument("alluxio.user.file.readtype.default: no read type " + text);
}

Result<uint16_t> ParseUmask(const std::string& text) {
  char* end = nullptr;
  long bits = std::strtol(text.c_str(), &end, 8);
  if (text.empty() || *end != '\0' || bits < 0 || bits > 0777) {
    return InvalidArgument("alluxio.security.authorization.permission.umask: not octal: " + text);
  }
  return static_cast<uint16_t>(bits);
}

std::optional<TtlAction> ParseTtlAction(const std::string& text) {
  if (text == "DELETE") return TtlAction::kDelete;
  if (text == "FREE") return TtlAction::kFree;
  if (text == "DELETE_ALLUXIO") return TtlAction::kDeleteAlluxio;
  return std::nullopt;
}

LoadMetadataType ParseLoadMetadata(const std::string& text) {
  if (text == "NEVER") return LoadMetadataType::kNever;
  if (text == "ALWAYS") return LoadMetadataType::kAlways;
  return LoadMetadataType::kOnce;
}

std::string LocalHost(const conf::Configuration& conf) {
  for (const char* name : {"alluxio.user.hostname", "alluxio.locality.node"}) {
    if (std::string host = conf.GetString(name); !host.empty()) return host;
  }
  return conf.host().hostname;
}

}  // namespace

Result<ClientOptions> ClientOptions::FromConf(const conf::Configuration& conf) {
  ClientOptions options;
  ASSIGN_OR_RETURN(options.connection, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(options.write_type,
                   ParseWriteType(conf.GetString("alluxio.user.file.writetype.default")));
  ASSIGN_OR_RETURN(options.read_type,
                   ParseReadType(conf.GetString("alluxio.user.file.readtype.default")));
  ASSIGN_OR_RETURN(options.umask,
                   ParseUmask(conf.GetString("alluxio.security.authorization.permission.umask")));
  options.local_host = LocalHost(conf);
  options.short_circuit = conf.GetBool("alluxio.user.short.circuit.enabled");
  options.passive_cache = conf.GetBool("alluxio.user.file.passive.cache.enabled");
  options.block_size = conf.GetBytes("alluxio.user.block.size.bytes.default");
  // Reserving whole blocks for small files would fill a worker with nothing; a block that grows
  // asks for more in time.
  options.reserve_bytes = conf.GetBytes("alluxio.user.file.reserved.bytes");
  options.first_reserve_bytes = options.reserve_bytes;
  if (!conf.IsSetByUser("alluxio.user.file.reserved.bytes")) {
    options.first_reserve_bytes = std::min(options.reserve_bytes, kSmallReservation);
  }
  options.chunk_bytes = std::clamp<int64_t>(
      conf.GetBytes("alluxio.user.streaming.reader.chunk.size.bytes"), 1, stub::kMaxChunkBytes);
  options.write_tier = conf.GetInt("alluxio.user.file.write.tier.default");
  options.replication_min = conf.GetInt("alluxio.user.file.replication.min");
  options.replication_max = conf.GetInt("alluxio.user.file.replication.max");
  options.replication_durable = conf.GetInt("alluxio.user.file.replication.durable");
  options.persist_wait_ms =
      ToMillis(conf.GetDuration("alluxio.user.file.persistence.initial.wait.time"));
  options.ttl_ms = ToMillis(conf.GetDuration("alluxio.user.file.create.ttl"));
  options.ttl_action = ParseTtlAction(conf.GetString("alluxio.user.file.create.ttl.action"));
  if (conf.IsSetByUser("alluxio.user.file.metadata.sync.interval")) {
    options.sync_interval_ms =
        ToMillis(conf.GetDuration("alluxio.user.file.metadata.sync.interval"));
  }
  options.load_metadata = ParseLoadMetadata(conf.GetString("alluxio.user.file.metadata.load.type"));
  options.worker_list_refresh = conf.GetDuration("alluxio.user.worker.list.refresh.interval");
  options.read_retry.base_sleep = conf.GetDuration("alluxio.user.block.read.retry.sleep.base");
  options.read_retry.max_sleep = conf.GetDuration("alluxio.user.block.read.retry.sleep.max");
  options.read_retry.max_duration = conf.GetDuration("alluxio.user.block.read.retry.max.duration");
  if (options.block_size <= 0) {
    return InvalidArgument(
        fmt::format("alluxio.user.block.size.bytes.default: Invalid block size {}",
                    options.block_size));
  }
  return options;
}

}  // namespace alluxio::client
