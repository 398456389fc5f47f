// ColdReads: reads of blocks that are not cached, straight from the under store, which fill the
// cache as a side effect when they read a block from its beginning to its end.
//
// Thread-safe. ColdRead belongs to one thread at a time; all its calls block on I/O.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/bytes.h"
#include "base/mutex.h"
#include "stub/block_streams.h"
#include "worker/fetch/mounts.h"
#include "worker/store/block_publisher.h"
#include "worker/store/block_store.h"

namespace alluxio::worker {

class ColdReads;

class ColdRead {
 public:
  ~ColdRead();
  ColdRead(const ColdRead&) = delete;
  ColdRead& operator=(const ColdRead&) = delete;

  // Up to `size` bytes at `offset` of the block; empty at its end. Fewer bytes than the block has
  // mean that the file is shorter than the caller was told.
  Result<Bytes> Read(int64_t offset, int64_t size);

 private:
  friend class ColdReads;
  ColdRead(ColdReads& owner, BlockId id, stub::UfsBlock block)
      : owner_(owner), id_(id), block_(std::move(block)) {}
  void Fill(int64_t offset, const Bytes& data);
  void FinishFill();

  ColdReads& owner_;  // outlives every read
  const BlockId id_;
  const stub::UfsBlock block_;
  std::unique_ptr<ufs::UfsReader> reader_;
  std::unique_ptr<TempBlock> filling_;        // null when nothing is cached
  std::shared_ptr<const BlockLease> cached_;  // somebody else cached it meanwhile
  Bytes mapped_;
};

class ColdReads {
 public:
  // All must outlive this object.
  ColdReads(Mounts& mounts, BlockStore& store, BlockPublisher& publisher)
      : mounts_(mounts), store_(store), publisher_(publisher) {}

  // INVALID_ARGUMENT for impossible offsets, UNAVAILABLE when max_readers read the block already
  // or the under store fails, NOT_FOUND when the file is gone.
  Result<std::unique_ptr<ColdRead>> Open(BlockId id, const stub::UfsBlock& block);

 private:
  friend class ColdRead;
  Status Enter(BlockId id, int32_t max_readers);
  void Leave(BlockId id);

  Mounts& mounts_;
  BlockStore& store_;
  BlockPublisher& publisher_;
  Mutex mutex_;
  std::unordered_map<BlockId, int32_t> readers_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::worker
