#include "client/fs/block_out_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/log.h"

namespace alluxio::client {
namespace {

constexpr size_t kBufferBytes = 1 << 20;
constexpr size_t kClosingAtOnce = 8;

bool IsThrough(WriteType type) {
  return type == WriteType::kThrough || type == WriteType::kCacheThrough;
}
bool IsCaching(WriteType type) {
  return type != WriteType::kThrough && type != WriteType::kNone;
}
// Whether the file may be completed although the cache could not take it.
bool ToleratesCacheErrors(WriteType type) {
  return type == WriteType::kCacheThrough || type == WriteType::kTryCache;
}

}  // namespace

BlockOutStream::BlockOutStream(std::shared_ptr<stub::FileSystemMasterClient> master,
                               std::shared_ptr<WorkerDirectory> directory, Disk& disk,
                               FileInfo file, WriteType write_type)
    : master_(std::move(master)),
      directory_(std::move(directory)),
      disk_(disk),
      file_(std::move(file)),
      write_type_(write_type),
      through_(IsThrough(write_type)),
      caching_(IsCaching(write_type)) {}

Result<std::unique_ptr<FileOutStream>> BlockOutStream::Open(
    std::shared_ptr<stub::FileSystemMasterClient> master,
    std::shared_ptr<WorkerDirectory> directory, Disk& disk, FileInfo file, WriteType write_type) {
  std::unique_ptr<BlockOutStream> stream(new BlockOutStream(
      std::move(master), std::move(directory), disk, std::move(file), write_type));
  if (stream->through_) {
    Status opened = stream->OpenUfsFile();
    if (!opened.ok()) {
      stream->closed_ = true;
      LogIfError(stream->master_->Remove(stream->file_.path),
                 "client: removing a file that could not be opened");
      return opened;
    }
  }
  return std::unique_ptr<FileOutStream>(std::move(stream));
}

BlockOutStream::~BlockOutStream() { CancelAll(); }

Status BlockOutStream::OpenUfsFile() {
  ASSIGN_OR_RETURN(WorkerNetAddress worker, directory_->ForWriting(file_.block_size));
  stub::BlockWriteRequest request;
  request.kind = stub::WriteKind::kUfsFile;
  request.ufs_path = file_.ufs_path;
  request.owner = file_.owner;
  request.group = file_.group;
  request.mode = file_.mode;
  request.mount_id = file_.mount_id;
  ASSIGN_OR_RETURN(ufs_file_, CreateUfsFile(*directory_, worker, request));
  return OkStatus();
}

Result<std::vector<WorkerNetAddress>> BlockOutStream::ChooseWorkers() {
  bool async = write_type_ == WriteType::kAsyncThrough;
  const ClientOptions& options = directory_->options();
  int copies = std::max({1, options.replication_min, async ? options.replication_durable : 1});
  ASSIGN_OR_RETURN(WorkerNetAddress first, directory_->ForWriting(file_.block_size));
  std::vector<WorkerNetAddress> chosen = {first};
  if (copies == 1) return chosen;
  ASSIGN_OR_RETURN(std::vector<WorkerInfo> live, directory_->Live());
  std::set<std::string> hosts = {first.host};
  for (const WorkerInfo& worker : live) {
    if (static_cast<int>(chosen.size()) == copies) break;
    bool able = worker.capacity_bytes >= file_.block_size;
    if (able && hosts.insert(worker.address.host).second) chosen.push_back(worker.address);
  }
  if (static_cast<int>(chosen.size()) < copies) {
    return ResourceExhausted(fmt::format(
        "Not enough workers for replications, {} workers selected but {} required", chosen.size(),
        copies));
  }
  return chosen;
}

Result<std::unique_ptr<BlockWriter>> BlockOutStream::OpenBlock() {
  NewBlock block;
  ASSIGN_OR_RETURN(block.id, master_->GetNewBlockId(file_.path));
  block.block_size = file_.block_size;
  block.pin = write_type_ == WriteType::kAsyncThrough;
  ASSIGN_OR_RETURN(std::vector<WorkerNetAddress> workers, ChooseWorkers());
  return CreateBlockCopies(*directory_, disk_, workers, block);
}

Status BlockOutStream::PushToBlocks(const Bytes& data) {
  size_t done = 0;
  while (done < data.size()) {
    if (block_ == nullptr) {
      ASSIGN_OR_RETURN(block_, OpenBlock());
      block_left_ = file_.block_size;
    }
    size_t count = std::min(data.size() - done, static_cast<size_t>(block_left_));
    RETURN_IF_ERROR(block_->Write(data.Slice(done, count)));
    done += count;
    block_left_ -= static_cast<int64_t>(count);
    if (block_left_ > 0) continue;
    RETURN_IF_ERROR(block_->EndData());
    full_.push_back(std::move(block_));
  }
  return OkStatus();
}

Status BlockOutStream::CacheFailed(const Status& status) {
  if (block_ != nullptr) {
    block_->Cancel();
    block_.reset();
  }
  if (!ToleratesCacheErrors(write_type_)) {
    CancelAll();
    return Status(status.code(), "Failed to cache: " + status.message());
  }
  LOG_WARN("client: {} goes on without caching: {}", file_.path, status.ToString());
  caching_ = false;
  return OkStatus();
}

Status BlockOutStream::Push() {
  if (buffer_.empty()) return OkStatus();
  Bytes data = Bytes::FromString(std::move(buffer_));
  buffer_.clear();
  if (caching_) {
    if (Status cached = PushToBlocks(data); !cached.ok()) RETURN_IF_ERROR(CacheFailed(cached));
  }
  if (through_) {
    if (Status sent = ufs_file_->Write(data); !sent.ok()) {
      CancelAll();
      return sent;
    }
  }
  return OkStatus();
}

Status BlockOutStream::Write(std::string_view data) {
  if (closed_) return FailedPrecondition(file_.path + ": the stream is closed");
  while (!data.empty()) {
    if (buffer_.empty() && data.size() >= kBufferBytes && !through_ && caching_) {
      // Large pieces go to the blocks from where they are.
      Bytes borrowed = Bytes::FromOwner(data.substr(0, kBufferBytes), nullptr);
      data.remove_prefix(kBufferBytes);
      written_ += static_cast<int64_t>(kBufferBytes);
      Status cached = PushToBlocks(borrowed);
      if (!cached.ok()) RETURN_IF_ERROR(CacheFailed(cached));
      continue;
    }
    if (buffer_.empty()) buffer_.reserve(kBufferBytes);
    size_t count = std::min(data.size(), kBufferBytes - buffer_.size());
    buffer_.append(data.substr(0, count));
    data.remove_prefix(count);
    written_ += static_cast<int64_t>(count);
    if (buffer_.size() == kBufferBytes) RETURN_IF_ERROR(Push());
  }
  return OkStatus();
}

Status BlockOutStream::Flush() {
  if (closed_) return FailedPrecondition(file_.path + ": the stream is closed");
  if (!through_) return OkStatus();
  RETURN_IF_ERROR(Push());
  return ufs_file_->Flush();
}

// Several commits are under way at a time: each waits for a call of its worker to the master.
Status BlockOutStream::CloseBlocks() {
  if (block_ != nullptr) full_.push_back(std::move(block_));
  size_t begun = 0;
  for (size_t i = 0; i < full_.size(); ++i) {
    for (; begun < std::min(full_.size(), i + kClosingAtOnce); ++begun) {
      RETURN_IF_ERROR(full_[begun]->BeginClose());
    }
    RETURN_IF_ERROR(full_[i]->Close());
  }
  full_.clear();
  return OkStatus();
}

Status BlockOutStream::Complete() {
  CompleteFileOptions options;
  if (through_) options.ufs_length = written_;
  int64_t wait_ms = directory_->options().persist_wait_ms;
  if (write_type_ == WriteType::kAsyncThrough && wait_ms != -1) {
    options.async_persist = true;
    options.persistence_wait_ms = wait_ms;
  }
  return master_->CompleteFile(file_.path, options);
}

Status BlockOutStream::Close() {
  if (closed_) return OkStatus();
  Status done = Push();
  if (done.ok() && ufs_file_ != nullptr) {
    done = ufs_file_->Close();
    if (done.ok()) ufs_file_.reset();
  }
  if (done.ok()) {  // also after caching stopped: the blocks before are whole
    done = CloseBlocks();
    if (!done.ok()) done = CacheFailed(done);
  }
  if (!done.ok()) {
    CancelAll();
    return done;
  }
  closed_ = true;
  CancelAll();  // blocks that were given up
  return Complete();
}

Status BlockOutStream::Cancel() {
  CancelAll();
  return OkStatus();
}

void BlockOutStream::CancelAll() {
  closed_ = true;
  if (block_ != nullptr) block_->Cancel();
  block_.reset();
  for (auto& block : full_) block->Cancel();
  full_.clear();
  if (ufs_file_ != nullptr) ufs_file_->Cancel();
  ufs_file_.reset();
  buffer_.clear();
}

}  // namespace alluxio::client
