// BlockWriter: one block, or one file of an under store, being written through a worker. Thread-
// compatible. Destruction without Close() cancels.
#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "client/block/worker_directory.h"
#include "env/disk.h"
#include "stub/block_streams.h"

namespace alluxio::client {

class BlockWriter {
 public:
  virtual ~BlockWriter() = default;
  // Bytes without an owner are the caller's and valid during the call only.
  virtual Status Write(const Bytes& data) = 0;
  // The worker has everything written so far when this returns OK.
  virtual Status Flush() = 0;
  // Nothing more will be written to the block: what can be done before Close() is done, or begins.
  virtual Status EndData() { return Flush(); }
  // Asks for the commit without waiting for it; Close() follows.
  virtual Status BeginClose() = 0;
  // Commits: the master knows the block (or the file is there) when this returns OK.
  virtual Status Close() = 0;
  virtual void Cancel() = 0;
};

struct NewBlock {
  BlockId id = 0;
  int64_t block_size = 0;  // the most it will get
  bool pin = false;
};

// Writes the block's own file when the worker is on this host and short circuit is on, else a
// stream.
Result<std::unique_ptr<BlockWriter>> CreateBlock(WorkerDirectory& directory, Disk& disk,
                                                 const WorkerNetAddress& worker,
                                                 const NewBlock& block);

// Several workers hold the same block afterwards. An error of one is an error of all.
Result<std::unique_ptr<BlockWriter>> CreateBlockCopies(
    WorkerDirectory& directory, Disk& disk, const std::vector<WorkerNetAddress>& workers,
    const NewBlock& block);

// `request` of kind kUfsFile.
Result<std::unique_ptr<BlockWriter>> CreateUfsFile(WorkerDirectory& directory,
                                                   const WorkerNetAddress& worker,
                                                   const stub::BlockWriteRequest& request);

}  // namespace alluxio::client
