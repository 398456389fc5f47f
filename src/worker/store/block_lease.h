// BlockLease: keeps one committed block readable: its file is neither evicted, moved nor deleted
// while a lease lives. Release by destruction. Thread-safe.
#pragma once

#include <string>

#include "base/result.h"
#include "base/bytes.h"
#include "worker/store/store_report.h"

namespace alluxio::worker {

class BlockStore;
struct BlockEntry;

class BlockLease {
 public:
  ~BlockLease();
  BlockLease(const BlockLease&) = delete;
  BlockLease& operator=(const BlockLease&) = delete;

  BlockId id() const { return id_; }
  int64_t length() const { return length_; }
  const std::string& path() const { return path_; }
  // The whole block, mapped. The bytes may outlive the lease.
  Result<Bytes> Map() const;
  // (of the moment) The block is removed, and its file goes when this lease ends.
  bool EndsFile() const;

 private:
  friend class BlockStore;
  BlockLease(BlockStore& store, BlockEntry* entry) : store_(store), entry_(entry) {}

  BlockStore& store_;   // outlives every lease
  BlockEntry* entry_;   // kept alive by this lease; touched only under the store's lock
  BlockId id_ = 0;
  int64_t length_ = 0;
  std::string path_;
  Bytes mapped_;        // when it was found mapped
};

}  // namespace alluxio::worker
