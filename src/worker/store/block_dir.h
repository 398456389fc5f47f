// BlockDir: the files of one storage directory, without any accounting.
//
//   <path>/alluxioworker/<block id>                              a committed block, raw bytes
//   <path>/alluxioworker/.tmp_blocks/<s % 1024>/<s hex>-<id>     a block being written by session s
//   <path>/.alluxio_checksums                                    ChecksumLog
//   <path>/.alluxio_quarantine/<block id>                        damaged blocks, for the operator
//
// Thread-safe: state is constant after Open.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "env/disk.h"
#include "worker/store/checksum_log.h"
#include "worker/store/store_options.h"

namespace alluxio::worker {

struct FoundBlock {
  BlockId id = 0;
  int64_t length = 0;
  bool has_checksum = false;
  uint32_t crc32c = 0;
};

class BlockDir {
 public:
  static constexpr size_t kMaxQuarantined = 8;

  // Creates what is missing, drops temp blocks of an earlier run, proves that the directory can be
  // written, and lists the blocks in it. Files that are no blocks are reported and left alone.
  static Result<std::unique_ptr<BlockDir>> Open(const StoreOptions& store,
                                                const StorageDirOptions& options, Disk& disk,
                                                std::vector<FoundBlock>* found);

  const std::string& path() const { return options_.path; }
  const std::string& medium() const { return options_.medium; }
  int64_t quota_bytes() const { return options_.quota_bytes; }
  const ChecksumLog& checksums() const { return checksums_; }

  const std::string& temp_folder() const { return temp_path_; }
  std::string BlockPath(BlockId id) const;
  std::string TempPath(BlockId id, int64_t session) const;
  // Of a temp path. OK when it is there.
  Status MakeTempFolder(const std::string& folder) const;
  // An empty file that every local user may write.
  Status CreateTemp(const std::string& temp_path) const;
  Status CommitTemp(const std::string& temp_path, BlockId id) const;
  Status DeleteBlock(BlockId id) const;
  // Moves a damaged block out of sight; deletes it when kMaxQuarantined are kept already.
  Status Quarantine(BlockId id) const;
  // Reads `path` to its end.
  Result<BlockChecksum> Checksum(const std::string& path) const;
  // Writes and deletes a small file.
  Status Probe() const;

 private:
  BlockDir(const StoreOptions& store, const StorageDirOptions& options, Disk& disk);
  Status Prepare();
  Result<std::vector<FoundBlock>> Scan();
  void CompactChecksums(const std::vector<FoundBlock>& found, size_t records);

  const StorageDirOptions options_;
  const uint32_t folder_mode_;
  const int64_t temp_subdirs_;
  const std::string data_path_;
  const std::string temp_path_;
  Disk& disk_;
  ChecksumLog checksums_;
};

}  // namespace alluxio::worker
