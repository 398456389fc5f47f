// ChecksumLog: the CRC-32C of every block of one directory, kept in one file beside the data folder
// so that neither clients nor a Java worker on the same directory ever see it.
//
// Format (docs/format/blocks.md): records of 24 bytes, the last one of a block wins. A record that
// is torn or damaged is skipped; a block without a record has an unknown checksum, which is no
// error. Thread-safe: appends are single small writes, nothing is cached.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "env/disk.h"
#include "model/ids.h"

namespace alluxio::worker {

struct BlockChecksum {
  int64_t length = 0;
  uint32_t crc32c = 0;
};

class ChecksumLog {
 public:
  static constexpr size_t kRecordBytes = 24;

  // `disk` must outlive the log. Nothing is opened.
  ChecksumLog(Disk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}

  // What the file says; empty when there is none.
  Result<std::unordered_map<BlockId, BlockChecksum>> Load() const;
  Status Append(BlockId id, const BlockChecksum& checksum) const;
  // Replaces the file. A record appended meanwhile may be lost, which only makes it unknown.
  Status Rewrite(const std::vector<std::pair<BlockId, BlockChecksum>>& records) const;

  static std::string Encode(BlockId id, const BlockChecksum& checksum);

 private:
  Disk& disk_;
  const std::string path_;
};

}  // namespace alluxio::worker
