#include "client/block/block_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "env/map_ahead.h"

namespace alluxio::client {
namespace {

// Reads of less take a fault when they need it; who reads so much at a time reads on.
constexpr size_t kLargeRead = 128 << 10;
constexpr size_t kMappedAhead = 32 << 20;

class MappedReader : public BlockReader {
 public:
  MappedReader(std::shared_ptr<const MappedBlock> block, int64_t position)
      : block_(std::move(block)), position_(position) {}

  Result<size_t> Read(std::span<char> into) override {
    std::string_view rest = block_->data();
    rest.remove_prefix(std::min(rest.size(), static_cast<size_t>(position_)));
    size_t count = std::min(into.size(), rest.size());
    if (block_->huge_pages() && count >= kLargeRead) MapBefore(rest, count);
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
  // What the read needs and those behind it, unless an earlier read of them did so.
  void MapBefore(std::string_view rest, size_t count) {
    const int64_t end = position_ + static_cast<int64_t>(count);
    if (position_ >= mapped_from_ && end <= mapped_to_) return;
    MapAhead(rest.substr(0, std::max(count, kMappedAhead)));
    mapped_from_ = position_;
    mapped_to_ = position_ + static_cast<int64_t>(std::min(rest.size(),
                                                          std::max(count, kMappedAhead)));
  }

  const std::shared_ptr<const MappedBlock> block_;
  int64_t position_;
  int64_t mapped_from_ = 0;
  int64_t mapped_to_ = 0;
};

class StreamedReader : public BlockReader {
 public:
  StreamedReader(std::shared_ptr<stub::BlockWorkerClient> client, Disk& disk,
                 const stub::BlockReadRequest& request)
      : client_(std::move(client)), disk_(disk), request_(request), position_(request.offset),
        part_end_(request.offset) {}
  ~StreamedReader() override {
    if (stream_ != nullptr) stream_->Close();
  }
  Status Start() {
    ASSIGN_OR_RETURN(stream_, client_->ReadBlock(request_));
    return OkStatus();
  }

  Result<size_t> Read(std::span<char> into) override {
    while (position_ == part_end_) {
      ASSIGN_OR_RETURN(bool more, NextPart());
      if (!more) return size_t{0};
    }
    into = into.first(std::min(into.size(), static_cast<size_t>(part_end_ - position_)));
    if (in_file_) {
      ASSIGN_OR_RETURN(size_t got, file_->ReadAt(position_, into));
      if (got != into.size()) {
        return DataLoss(fmt::format("block {}: {} ends at {}, the worker said {}",
                                    request_.block_id, path_,
                                    position_ + static_cast<int64_t>(got), part_end_));
      }
    } else if (!into.empty()) {
      std::memcpy(into.data(), chunk_.data() + (chunk_.size() - Rest()), into.size());
    }
    position_ += static_cast<int64_t>(into.size());
    return into.size();
  }
  int64_t Position() const override { return position_; }
  bool TrySeek(int64_t position) override {
    if (position < position_ || position > part_end_) return false;
    position_ = position;
    return true;
  }
  bool FilesOutOfReach() const override { return files_out_of_reach_; }

 private:
  size_t Rest() const { return static_cast<size_t>(part_end_ - position_); }

  // False at the end.
  Result<bool> NextPart() {
    if (!request_.in_file) {
      ASSIGN_OR_RETURN(std::optional<Bytes> bytes, stream_->Next());
      if (!bytes) return false;
      part_end_ += static_cast<int64_t>(bytes->size());
      chunk_ = *std::move(bytes);
      return true;
    }
    ASSIGN_OR_RETURN(std::optional<stub::BlockPart> part, stream_->NextPart());
    if (!part) return false;
    in_file_ = !part->path.empty();
    if (in_file_ && part->path != path_) {
      Result<std::unique_ptr<ReadableFile>> file = disk_.OpenForRead(part->path);
      if (!file.ok()) return WithoutFile();
      file_ = *std::move(file);
      path_ = std::move(part->path);
    }
    chunk_ = std::move(part->bytes);
    part_end_ = part->end;
    return true;
  }

  // From here on by bytes. True, though nothing has come yet.
  Result<bool> WithoutFile() {
    files_out_of_reach_ = true;
    in_file_ = false;
    stream_->Close();
    request_.in_file = false;
    request_.length -= position_ - request_.offset;
    request_.offset = position_;
    RETURN_IF_ERROR(Start());
    return true;
  }

  const std::shared_ptr<stub::BlockWorkerClient> client_;  // outlives its stream
  Disk& disk_;
  stub::BlockReadRequest request_;
  std::unique_ptr<stub::BlockReadStream> stream_;
  int64_t position_;
  int64_t part_end_;      // of what has come
  bool in_file_ = false;  // it is in file_, else at the end of chunk_
  Bytes chunk_;
  std::unique_ptr<ReadableFile> file_;
  std::string path_;
  bool files_out_of_reach_ = false;
};

}  // namespace

Result<std::unique_ptr<stub::LocalBlockRead>> AskForBlock(WorkerDirectory& directory,
                                                          const WorkerNetAddress& worker,
                                                          BlockId block, bool promote) {
  return directory.ClientOf(worker)->OpenLocalBlock(block, promote);
}

Result<std::shared_ptr<MappedBlock>> MapBlock(std::unique_ptr<stub::LocalBlockRead> asked_for,
                                              Disk& disk, BlockId block, int64_t length) {
  ASSIGN_OR_RETURN(std::string path, asked_for->Path());
  Result<std::unique_ptr<ReadableFile>> file = disk.OpenForRead(path);
  if (!file.ok()) {
    return NotFound(fmt::format("block {}: {}", block, file.status().message()));
  }
  ASSIGN_OR_RETURN(Bytes data, (*file)->Map());
  if (static_cast<int64_t>(data.size()) < length) {
    return NotFound(fmt::format("block {}: {} has {} bytes instead of {}", block, path,
                                data.size(), length));
  }
  return std::make_shared<MappedBlock>(std::move(asked_for), std::move(data), InHugePages(path));
}

std::unique_ptr<BlockReader> ReadMapped(std::shared_ptr<const MappedBlock> block,
                                        int64_t position) {
  return std::make_unique<MappedReader>(std::move(block), position);
}

Result<std::unique_ptr<BlockReader>> ReadStreamed(WorkerDirectory& directory, Disk& disk,
                                                  const WorkerNetAddress& worker,
                                                  const stub::BlockReadRequest& request) {
  auto reader = std::make_unique<StreamedReader>(directory.ClientOf(worker), disk, request);
  RETURN_IF_ERROR(reader->Start());
  return std::unique_ptr<BlockReader>(std::move(reader));
}

}  // namespace alluxio::client
