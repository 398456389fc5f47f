#include "client/block/block_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace alluxio::client {
namespace {

class MappedReader : public BlockReader {
 public:
  MappedReader(std::shared_ptr<const MappedBlock> block, int64_t position)
      : block_(std::move(block)), position_(position) {}

  Result<size_t> Read(std::span<char> into) override {
    std::string_view rest = block_->data();
    rest.remove_prefix(std::min(rest.size(), static_cast<size_t>(position_)));
    size_t count = std::min(into.size(), rest.size());
    if (count > 0) std::memcpy(into.data(), rest.data(), count);
    position_ += static_cast<int64_t>(count);
    return count;
  }
  int64_t Position() const override { return position_; }
  bool TrySeek(int64_t position) override {
    position_ = position;
    return true;
  }

 private:
  const std::shared_ptr<const MappedBlock> block_;
  int64_t position_;
};

class StreamedReader : public BlockReader {
 public:
  StreamedReader(std::shared_ptr<stub::BlockWorkerClient> client,
                 std::unique_ptr<stub::BlockReadStream> stream, int64_t position)
      : client_(std::move(client)), stream_(std::move(stream)), position_(position) {}
  ~StreamedReader() override { stream_->Close(); }

  Result<size_t> Read(std::span<char> into) override {
    while (chunk_.empty()) {
      ASSIGN_OR_RETURN(std::optional<Bytes> next, stream_->Next());
      if (!next) return size_t{0};
      chunk_ = std::move(*next);
    }
    size_t count = std::min(into.size(), chunk_.size());
    if (count > 0) std::memcpy(into.data(), chunk_.data(), count);
    chunk_ = chunk_.Slice(count, chunk_.size());
    position_ += static_cast<int64_t>(count);
    return count;
  }
  int64_t Position() const override { return position_; }
  bool TrySeek(int64_t position) override {
    int64_t ahead = position - position_;
    if (ahead < 0 || ahead > static_cast<int64_t>(chunk_.size())) return false;
    chunk_ = chunk_.Slice(static_cast<size_t>(ahead), chunk_.size());
    position_ = position;
    return true;
  }

 private:
  const std::shared_ptr<stub::BlockWorkerClient> client_;  // outlives its stream
  const std::unique_ptr<stub::BlockReadStream> stream_;
  Bytes chunk_;
  int64_t position_;
};

}  // namespace

Result<std::shared_ptr<const MappedBlock>> MapBlock(WorkerDirectory& directory, Disk& disk,
                                                    const WorkerNetAddress& worker,
                                                    BlockId block, int64_t length, bool promote) {
  ASSIGN_OR_RETURN(std::unique_ptr<stub::LocalBlockRead> lease,
                   directory.ClientOf(worker)->OpenLocalBlock(block, promote));
  Result<std::unique_ptr<ReadableFile>> file = disk.OpenForRead(lease->path());
  if (!file.ok()) {
    return NotFound(fmt::format("block {}: {}", block, file.status().message()));
  }
  ASSIGN_OR_RETURN(Bytes data, (*file)->Map());
  if (static_cast<int64_t>(data.size()) < length) {
    return NotFound(fmt::format("block {}: {} has {} bytes instead of {}", block, lease->path(),
                                data.size(), length));
  }
  return std::shared_ptr<const MappedBlock>(
      std::make_shared<MappedBlock>(std::move(lease), std::move(data)));
}

std::unique_ptr<BlockReader> ReadMapped(std::shared_ptr<const MappedBlock> block,
                                        int64_t position) {
  return std::make_unique<MappedReader>(std::move(block), position);
}

Result<std::unique_ptr<BlockReader>> ReadStreamed(WorkerDirectory& directory,
                                                  const WorkerNetAddress& worker,
                                                  const stub::BlockReadRequest& request) {
  std::shared_ptr<stub::BlockWorkerClient> client = directory.ClientOf(worker);
  ASSIGN_OR_RETURN(std::unique_ptr<stub::BlockReadStream> stream, client->ReadBlock(request));
  return std::unique_ptr<BlockReader>(
      std::make_unique<StreamedReader>(std::move(client), std::move(stream), request.offset));
}

}  // namespace alluxio::client
