#include "client/block/block_writer.h"

#include <algorithm>
#include <utility>

#include "base/crc32c.h"
#include "base/log.h"

namespace alluxio::client {
namespace {

class StreamedWriter : public BlockWriter {
 public:
  StreamedWriter(std::shared_ptr<stub::BlockWorkerClient> client,
                 std::unique_ptr<stub::BlockWriteStream> stream)
      : client_(std::move(client)), stream_(std::move(stream)) {}

  Status Write(const Bytes& data) override {
    const bool borrowed = data.owner() == nullptr;
    return stream_->Write(borrowed ? Bytes::FromString(std::string(data.view())) : data);
  }
  Status Flush() override { return stream_->Flush(); }
  Status BeginClose() override { return stream_->BeginClose(); }
  Status Close() override { return stream_->Close(); }
  void Cancel() override { stream_->Cancel(); }

 private:
  const std::shared_ptr<stub::BlockWorkerClient> client_;  // outlives its stream
  const std::unique_ptr<stub::BlockWriteStream> stream_;
};

class LocalWriter : public BlockWriter {
 public:
  LocalWriter(std::shared_ptr<stub::BlockWorkerClient> client,
              std::unique_ptr<stub::LocalBlockWrite> lease, std::unique_ptr<WritableFile> file,
              int64_t reserved, int64_t block_size)
      : client_(std::move(client)),
        lease_(std::move(lease)),
        file_(std::move(file)),
        block_size_(block_size),
        reserved_(reserved) {}

  Status Write(const Bytes& data) override {
    auto size = static_cast<int64_t>(data.size());
    if (written_ + size > reserved_) {
      const int64_t missing = written_ + size - reserved_;
      // As much again as there is already, for few round trips.
      const int64_t more = std::max(missing, std::min(std::max(kReserveStep, reserved_),
                                                      block_size_ - reserved_));
      RETURN_IF_ERROR(lease_->Reserve(more));
      reserved_ += more;
    }
    // In steps that the processor's cache still has when they are copied into the file.
    std::string_view rest = data.view();
    for (; !rest.empty(); rest.remove_prefix(std::min(kStepBytes, rest.size()))) {
      std::string_view step = rest.substr(0, kStepBytes);
      if (lease_->file().reused_bytes) crc32c_ = ExtendCrc32c(crc32c_, step);
      RETURN_IF_ERROR(file_->Append(step));
    }
    written_ += size;
    return OkStatus();
  }
  // The file is shared with the worker: what was appended is there already.
  Status Flush() override { return OkStatus(); }
  Status EndData() override {
    if (std::exchange(ended_, true)) return OkStatus();
    RETURN_IF_ERROR(file_->Close());
    return lease_->Seal(written_, crc32c_);
  }
  Status BeginClose() override {
    RETURN_IF_ERROR(EndData());
    return lease_->BeginClose();
  }
  Status Close() override {
    if (Status ended = EndData(); !ended.ok()) {
      lease_->Cancel();
      return ended;
    }
    return lease_->Close();
  }
  void Cancel() override {
    Status closed = file_->Close();
    LogIfError(closed, "client: closing the file of a cancelled block");
    lease_->Cancel();
  }

 private:
  static constexpr int64_t kReserveStep = 8 << 20;
  static constexpr size_t kStepBytes = 256 << 10;

  const std::shared_ptr<stub::BlockWorkerClient> client_;
  const std::unique_ptr<stub::LocalBlockWrite> lease_;
  const std::unique_ptr<WritableFile> file_;
  const int64_t block_size_;
  int64_t reserved_;
  int64_t written_ = 0;
  uint32_t crc32c_ = 0;
  bool ended_ = false;
};

class CopiesWriter : public BlockWriter {
 public:
  explicit CopiesWriter(std::vector<std::unique_ptr<BlockWriter>> copies)
      : copies_(std::move(copies)) {}

  Status Write(const Bytes& data) override {
    for (auto& copy : copies_) RETURN_IF_ERROR(copy->Write(data));
    return OkStatus();
  }
  Status Flush() override {
    for (auto& copy : copies_) RETURN_IF_ERROR(copy->Flush());
    return OkStatus();
  }
  Status EndData() override {
    for (auto& copy : copies_) RETURN_IF_ERROR(copy->EndData());
    return OkStatus();
  }
  Status BeginClose() override {
    for (auto& copy : copies_) RETURN_IF_ERROR(copy->BeginClose());
    return OkStatus();
  }
  Status Close() override {
    for (auto& copy : copies_) RETURN_IF_ERROR(copy->Close());
    return OkStatus();
  }
  void Cancel() override {
    for (auto& copy : copies_) copy->Cancel();
  }

 private:
  const std::vector<std::unique_ptr<BlockWriter>> copies_;
};

int64_t SpaceFor(const NewBlock& block, const ClientOptions& options) {
  const bool first = SequenceOf(block.id) == 0;
  return std::min(block.block_size, first ? options.first_reserve_bytes : options.reserve_bytes);
}

Result<std::unique_ptr<BlockWriter>> CreateStreamed(WorkerDirectory& directory,
                                                    const WorkerNetAddress& worker,
                                                    const stub::BlockWriteRequest& request) {
  std::shared_ptr<stub::BlockWorkerClient> client = directory.ClientOf(worker);
  ASSIGN_OR_RETURN(std::unique_ptr<stub::BlockWriteStream> stream, client->WriteBlock(request));
  return std::unique_ptr<BlockWriter>(
      std::make_unique<StreamedWriter>(std::move(client), std::move(stream)));
}

Result<std::unique_ptr<BlockWriter>> CreateLocal(WorkerDirectory& directory, Disk& disk,
                                                 const WorkerNetAddress& worker,
                                                 const NewBlock& block) {
  stub::LocalBlockRequest request;
  request.block_id = block.id;
  request.tier = directory.options().write_tier;
  request.pin = block.pin;
  request.space_to_reserve = SpaceFor(block, directory.options());
  std::shared_ptr<stub::BlockWorkerClient> client = directory.ClientOf(worker);
  ASSIGN_OR_RETURN(std::unique_ptr<stub::LocalBlockWrite> lease,
                   client->CreateLocalBlock(request));
  const bool reused = lease->file().reused_bytes.value_or(0) > 0;
  Result<std::unique_ptr<WritableFile>> file = disk.OpenForWrite(
      lease->file().path, reused ? WriteMode::kOverwrite : WriteMode::kAppend, 0777);
  if (!file.ok()) {
    lease->Cancel();
    return file.status();
  }
  if (!reused) (*file)->PreferHugePages();
  return std::unique_ptr<BlockWriter>(std::make_unique<LocalWriter>(
      std::move(client), std::move(lease), *std::move(file), request.space_to_reserve,
      block.block_size));
}

}  // namespace

Result<std::unique_ptr<BlockWriter>> CreateBlock(WorkerDirectory& directory, Disk& disk,
                                                 const WorkerNetAddress& worker,
                                                 const NewBlock& block) {
  const ClientOptions& options = directory.options();
  bool same_host = worker.host == options.local_host || directory.IsLocal(worker);
  if (options.short_circuit && same_host) return CreateLocal(directory, disk, worker, block);
  stub::BlockWriteRequest request;
  request.block_id = block.id;
  request.tier = options.write_tier;
  request.pin = block.pin;
  request.space_to_reserve = SpaceFor(block, options);
  return CreateStreamed(directory, worker, request);
}

Result<std::unique_ptr<BlockWriter>> CreateBlockCopies(
    WorkerDirectory& directory, Disk& disk, const std::vector<WorkerNetAddress>& workers,
    const NewBlock& block) {
  std::vector<std::unique_ptr<BlockWriter>> copies;
  for (const WorkerNetAddress& worker : workers) {
    Result<std::unique_ptr<BlockWriter>> copy = CreateBlock(directory, disk, worker, block);
    if (!copy.ok()) {
      for (auto& earlier : copies) earlier->Cancel();
      return copy.status();
    }
    copies.push_back(*std::move(copy));
  }
  if (copies.size() == 1) return std::move(copies[0]);
  return std::unique_ptr<BlockWriter>(std::make_unique<CopiesWriter>(std::move(copies)));
}

Result<std::unique_ptr<BlockWriter>> CreateUfsFile(WorkerDirectory& directory,
                                                   const WorkerNetAddress& worker,
                                                   const stub::BlockWriteRequest& request) {
  return CreateStreamed(directory, worker, request);
}

}  // namespace alluxio::client
