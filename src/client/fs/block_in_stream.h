// BlockInStream: a FileInStream over the blocks of a completed file.
//
// Any error of a worker makes the read go on with another one, until alluxio.user.block.read.retry
// is used up. Blocks of workers on this host are mapped once and then read without calls.
#pragma once

#include <map>
#include <memory>

#include "base/mutex.h"
#include "client/block/block_reader.h"
#include "client/block/block_source.h"
#include "client/fs/file_streams.h"
#include "env/clock.h"
#include "model/file_info.h"
#include "model/fs_options.h"

namespace alluxio::client {

class BlockInStream : public FileInStream {
 public:
  BlockInStream(std::shared_ptr<WorkerDirectory> directory, Disk& disk, FileInfo file,
                ReadType read_type);
  ~BlockInStream() override;

  Result<size_t> Read(std::span<char> into) override EXCLUDES(mutex_);
  Result<size_t> ReadAt(int64_t offset, std::span<char> into) override EXCLUDES(mutex_);
  Status Seek(int64_t position) override;
  int64_t Position() const override { return position_; }
  int64_t Length() const override { return file_.length; }

 private:
  using Mapping = std::shared_ptr<MappedBlock>;
  struct Place {  // of an offset
    size_t index = 0;
    int64_t offset = 0;        // in the block
    int64_t block_length = 0;
  };

  Place Locate(int64_t offset) const;
  // What is known of the block, asked of the master again when `fresh`.
  Result<BlockInfo> BlockAt(const Place& place, bool fresh) EXCLUDES(mutex_);
  Result<BlockSource> Choose(const BlockInfo& block) EXCLUDES(mutex_);
  // `asked_for` is the block, or null.
  Result<Mapping> MapIfLocal(const Place& place, const BlockInfo& block, const BlockSource& source,
                             std::unique_ptr<stub::LocalBlockRead> asked_for) EXCLUDES(mutex_);
  stub::BlockReadRequest RequestFor(const Place& place, const BlockInfo& block) const;
  stub::UfsBlock UfsBlockFor(const Place& place, const BlockInfo& block) const;
  Status OpenReader(const Place& place, bool fresh) EXCLUDES(mutex_);
  // A stream of the block at `place` from `source`, in its file if that can be.
  Result<std::unique_ptr<BlockReader>> OpenStream(const Place& place, const BlockInfo& block,
                                                  const BlockSource& source);
  // Near the end of a block asks for the next one: a local one is there when it is needed. Of a
  // cold block that was read from its beginning, the store would be idle while the next is opened.
  void OpenNext(const Place& place) EXCLUDES(mutex_);
  void CloseReader();
  // Asks a worker to keep a block that was read, from `place` to `read_to`, and is not here.
  void OrderCache(const Place& place, int64_t read_to, const BlockInfo& block,
                  const BlockSource& source);
  // 0 when the block is not mapped.
  size_t CopyMapped(int64_t offset, std::span<char> into) EXCLUDES(mutex_);
  Result<size_t> ReadOnceAt(int64_t offset, std::span<char> into, bool fresh) EXCLUDES(mutex_);
  Result<size_t> ReadOnce(std::span<char> into, bool fresh) EXCLUDES(mutex_);
  void RememberFailure(const WorkerNetAddress& worker) EXCLUDES(mutex_);
  template <typename Attempt>
  Result<size_t> WithRetries(Attempt attempt);

  const std::shared_ptr<WorkerDirectory> directory_;
  Disk& disk_;
  const FileInfo file_;
  const ReadType read_type_;

  // Of the sequential reader.
  int64_t position_ = 0;
  std::unique_ptr<BlockReader> reader_;
  Place reader_place_;
  BlockInfo reader_block_;
  BlockSource reader_source_;
  // The next block's, opened before it is needed.
  struct Next {
    std::unique_ptr<BlockReader> reader;              // of a cold one, or
    std::unique_ptr<stub::LocalBlockRead> asked_for;  // one to be mapped
    Place place;
    BlockInfo block;
    BlockSource source;
  };
  Next next_;
  size_t next_tried_ = 0;  // index of the last block that was to be next
  bool files_out_of_reach_ = false;

  Mutex mutex_{LockRank::kClient};
  FailedWorkers failed_ GUARDED_BY(mutex_);
  std::map<size_t, Mapping> mapped_ GUARDED_BY(mutex_);  // by block; at most kMaxMapped
  static constexpr size_t kMaxMapped = 64;
};

}  // namespace alluxio::client
