// BlockReader: the bytes of one block from one worker, in the cheapest way there is: for a worker
// on this host the block's own file, mapped when it is cached, or read while it is filled from the
// under store; a stream otherwise.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "client/block/block_source.h"
#include "env/disk.h"
#include "stub/block_streams.h"

namespace alluxio::client {

// A block of a worker on this host, mapped. The worker keeps the block as long as this lives.
// Reading needs no call and is thread-safe.
class MappedBlock {
 public:
  MappedBlock(std::unique_ptr<stub::LocalBlockRead> lease, Bytes data, bool huge_pages)
      : lease_(std::move(lease)), data_(std::move(data)), huge_pages_(huge_pages) {}
  std::string_view data() const { return data_.view(); }
  bool huge_pages() const { return huge_pages_; }  // it pays to map what is read next
  // Nobody reads it any more. Of several, all workers can be told before the end of the first,
  // which waits for its worker.
  void BeginEnd() {
    data_ = Bytes();
    lease_->BeginClose();
  }

 private:
  std::unique_ptr<stub::LocalBlockRead> lease_;
  Bytes data_;
  const bool huge_pages_;
};

// Asks the worker for its block, to be mapped later; does not wait for the answer.
Result<std::unique_ptr<stub::LocalBlockRead>> AskForBlock(WorkerDirectory& directory,
                                                          const WorkerNetAddress& worker,
                                                          BlockId block, bool promote);

// NOT_FOUND when the worker does not have the block (or has it out of our reach): then a stream
// may still help. `length` is what the file must have.
Result<std::shared_ptr<MappedBlock>> MapBlock(std::unique_ptr<stub::LocalBlockRead> asked_for,
                                              Disk& disk, BlockId block, int64_t length);

// Sequential; for one thread at a time.
class BlockReader {
 public:
  virtual ~BlockReader() = default;
  // Up to into.size() bytes at Position(), which moves; 0 only at the end of what was opened.
  virtual Result<size_t> Read(std::span<char> into) = 0;
  virtual int64_t Position() const = 0;  // in the block
  // Moves forwards or backwards without a call, if that is possible.
  virtual bool TrySeek(int64_t position) = 0;
  // Files of the worker could not be opened, though it is on this host.
  virtual bool FilesOutOfReach() const { return false; }
};

std::unique_ptr<BlockReader> ReadMapped(std::shared_ptr<const MappedBlock> block,
                                        int64_t position);
// A stream from request.offset on. With request.in_file it reads the worker's file as that fills,
// or goes on with a stream of bytes when it cannot be opened. `disk` outlives the reader.
Result<std::unique_ptr<BlockReader>> ReadStreamed(WorkerDirectory& directory, Disk& disk,
                                                  const WorkerNetAddress& worker,
                                                  const stub::BlockReadRequest& request);

}  // namespace alluxio::client
