// LastBackup: what the last backup and the restore at the start took, for metrics. Zeros: none
// since the start. Thread-safe; the numbers are not one snapshot.
#pragma once

#include <atomic>
#include <cstdint>

namespace alluxio::master {

struct LastBackup {
  std::atomic<int64_t> entries{0};
  std::atomic<int64_t> took_ms{0};
  std::atomic<int64_t> restored_entries{0};
  std::atomic<int64_t> restore_took_ms{0};
};

}  // namespace alluxio::master
