// FsSettings: the server's configured defaults that operations use where a request says nothing.
// Filled once by the process from the configuration; constant afterwards.
#pragma once

#include <cstdint>
#include <string>

#include "model/file_info.h"

namespace alluxio::master {

struct FsSettings {
  int64_t block_size_bytes = 64 * 1024 * 1024;  // alluxio.user.block.size.bytes.default
  uint16_t umask = 022;  // alluxio.security.authorization.permission.umask
  int64_t create_ttl_ms = kNoTtl;                      // alluxio.user.file.create.ttl
  TtlAction create_ttl_action = TtlAction::kFree;    // alluxio.user.file.create.ttl.action
  int32_t replication_max = -1;                        // alluxio.user.file.replication.max
  int32_t replication_min = 0;                         // alluxio.user.file.replication.min
  int32_t replication_durable = 1;                     // alluxio.user.file.replication.durable
  int64_t sync_interval_ms = -1;                       // alluxio.user.file.metadata.sync.interval
  size_t list_batch = 10000;  // ...liststatus.result.message.length: entries a message
  // A longer listing does not run on a transport's thread, and is no single moment's: it gives the
  // tree lock up after every list_slice entries, about 100 us.
  size_t list_inline = 500;
  size_t list_slice = 200;
  size_t walk_slice = 1000;   // inodes handled before a long walk gives the tree lock up
  int64_t access_time_precision_ms = 24 * 60 * 60 * 1000;  // ...access.time.update.precision
  size_t ufs_calls_at_once = 20;  // alluxio.underfs.object.store.service.threads
  int64_t upload_clean_age_ms = int64_t{3} * 24 * 3600 * 1000;  // ...intermediate.upload.clean.age
  std::string persist_temp_folder = ".alluxio_ufs_persistence";  // ...hierarchical.. temporary dir
};

}  // namespace alluxio::master
