// ColdReads: reads of blocks that are not cached, through the under store. Everybody who wants a
// block shares one BlockFetch; a reader that reads it from its beginning to its end, and Fill(),
// have it cached.
//
// Thread-safe, and nothing waits for an under store but Fill. A ColdRead belongs to one thread at
// a time.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/bytes.h"
#include "base/mutex.h"
#include "stub/block_streams.h"
#include "worker/fetch/block_fetch.h"

namespace alluxio::worker {

class ColdReads;

class ColdRead {
 public:
  using Done = Callback<void(Result<Bytes>)>;
  ~ColdRead();
  ColdRead(const ColdRead&) = delete;
  ColdRead& operator=(const ColdRead&) = delete;

  // Calls `done` once, from any thread and perhaps at once, with up to `size` bytes at `offset` of
  // the block; empty at its end. One at a time. After destruction `done` is not called any more,
  // except that a call under way ends.
  void Read(int64_t offset, int64_t size, Done done);
  // The same, but where the block is being cached `done` may be told of a file that has it up to
  // some place beyond `offset`, which can be beyond `size` as well.
  void ReadOrFile(int64_t offset, int64_t size, BlockFetch::ReadDone done);

 private:
  friend class ColdReads;
  ColdRead(ColdReads& owner, BlockId id, int64_t length, std::shared_ptr<BlockFetch> fetch,
           BlockFetch::Reader* reader)
      : owner_(owner), id_(id), length_(length), fetch_(std::move(fetch)), reader_(reader) {}
  bool TakeCached();
  Bytes Cached(int64_t offset, int64_t size) const;

  ColdReads& owner_;  // outlives every read
  const BlockId id_;
  const int64_t length_;
  const std::shared_ptr<BlockFetch> fetch_;  // shared with whoever else wants the block
  BlockFetch::Reader* const reader_;
  std::shared_ptr<const BlockLease> cached_;  // somebody cached it meanwhile; shared with slices
  Bytes mapped_;
};

class ColdReads {
 public:
  // All must outlive this object.
  ColdReads(Mounts& mounts, BlockStore& store, BlockPublisher& publisher,
            const ColdReadOptions& options, const OpenFilesOptions& files, MountLanes& lanes);
  ~ColdReads();  // after the lanes were stopped: fetches end on them

  // A reader of [offset, offset + length) of the block, to which read-ahead keeps. INVALID_ARGUMENT
  // for impossible numbers, UNAVAILABLE when block.max_readers read the block already. What the
  // under store has against it is told by the first Read: OUT_OF_RANGE when the file is shorter
  // than the block says or is not the one that was opened, NOT_FOUND when it is gone, UNAVAILABLE
  // when it is worth another try.
  Result<std::unique_ptr<ColdRead>> Open(BlockId id, const stub::UfsBlock& block, int64_t offset,
                                         int64_t length);
  // Caches the block. Blocks until it is here and the master knows.
  Status Fill(BlockId id, const stub::UfsBlock& block);
  // After the lanes were stopped.
  void Stop();

 private:
  friend class ColdRead;
  struct Fetching {
    std::shared_ptr<BlockFetch> fetch;  // shared with its readers
    uint64_t number = 0;
  };
  Status CheckBlock(BlockId id, const stub::UfsBlock& block) const;
  // The fetch under way of these bytes, or a new one.
  std::shared_ptr<BlockFetch> FetchOf(BlockId id, const stub::UfsBlock& block) REQUIRES(mutex_);
  void Ended(BlockId id, uint64_t number);
  void Leave(BlockId id);

  BlockStore& store_;
  std::atomic<int64_t> buffered_bytes_{0};  // relaxed: a bound, not a count
  OpenFiles open_files_;
  std::unique_ptr<Executor> commits_;
  ReusedBuffers buffers_;
  const FetchParts parts_;
  Mutex mutex_{LockRank::kClient};  // above that of a fetch
  uint64_t next_number_ GUARDED_BY(mutex_) = 0;
  std::unordered_map<BlockId, Fetching> fetches_ GUARDED_BY(mutex_);
  std::unordered_map<BlockId, int32_t> readers_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::worker
