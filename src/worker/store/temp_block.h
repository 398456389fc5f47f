// TempBlock: a block being written, owned by one stream. Destruction without Commit() aborts: the
// file is deleted and its space given back. Thread-compatible; every call may do disk I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "env/disk.h"
#include "worker/store/checksum_log.h"
#include "worker/store/store_options.h"
#include "worker/store/store_report.h"

namespace alluxio::worker {

class BlockStore;

class TempBlock {
 public:
  ~TempBlock();
  TempBlock(const TempBlock&) = delete;
  TempBlock& operator=(const TempBlock&) = delete;

  BlockId id() const { return id_; }
  // Where a short-circuit client writes by itself. Such a block gets no Append().
  const std::string& path() const { return path_; }
  int64_t length() const { return length_; }  // of what was appended

  // Reserves more as needed. RESOURCE_EXHAUSTED when no space can be freed or the disk is full;
  // after an error only destruction makes sense.
  Status Append(std::string_view data);
  // Sets aside `bytes` more.
  Status Reserve(int64_t bytes);
  // The memory of a block whose file was reused and that only the worker writes; else empty. Who
  // puts bytes there and then appends those very bytes saves a copy. It lives as long as its owner.
  const Overwrite& room() const { return room_; }
  // Whether an Append of `bytes` only copies them there: no disk, no reservation.
  bool FitsRoom(size_t bytes) const {
    return room_.owner != nullptr && static_cast<size_t>(length_) + bytes <= room_.bytes.size() &&
           length_ + static_cast<int64_t>(bytes) <= reserved_;
  }
  // The file is that of a block that is gone, for a client that overwrites it: what the client has
  // not written yet are bytes of the old block, so it is committed only after Seal().
  bool lent() const { return reuse_ == Reuse::kClient; }
  // A client has written the file: `told` is all of it. What is behind is cut off. DATA_LOSS when
  // that is not what the file holds: nobody gets at bytes of an old block without knowing them.
  Status Seal(const BlockChecksum& told);
  // Gives the file handle back; the next Append opens it again. Thousands of idle streams need
  // no descriptor each.
  Status Flush();
  // Makes the block readable under its id. It is not reported to the master and not evicted before
  // BlockStore::Announce(). On error the block is aborted.
  Result<CommittedBlock> Commit();
  void Abort();  // idempotent

 private:
  friend class BlockStore;
  TempBlock(BlockStore& store, Disk& disk, BlockId id) : store_(store), disk_(disk), id_(id) {}
  Result<CommittedBlock> TryCommit();
  Status AppendStep(std::string_view step);
  Status CutRoom();

  BlockStore& store_;  // outlives every TempBlock
  Disk& disk_;
  const BlockId id_;
  size_t dir_ = 0;
  std::string path_;
  int64_t reserved_ = 0;
  int64_t length_ = 0;
  uint32_t crc32c_ = 0;
  bool pin_ = false;
  Reuse reuse_ = Reuse::kNever;  // how the file is reused, if it is
  bool sealed_ = false;
  bool created_ = false;  // a file exists
  bool open_ = true;      // neither committed nor aborted
  std::unique_ptr<WritableFile> file_;
  Overwrite room_;
};

}  // namespace alluxio::worker
