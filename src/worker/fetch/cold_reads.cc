#include "worker/fetch/cold_reads.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "base/log.h"

namespace alluxio::worker {
namespace {

// What a reader should do about an error of the under store: come back, unless the file is gone or
// the request can never work.
Status AsReadError(const Status& status) {
  switch (status.code()) {
    case StatusCode::kNotFound:
    case StatusCode::kPermissionDenied:
    case StatusCode::kInvalidArgument:
      return status;
    default:
      return Unavailable(status.message());
  }
}

}  // namespace

Result<std::unique_ptr<ColdRead>> ColdReads::Open(BlockId id, const stub::UfsBlock& block) {
  if (block.offset_in_file < 0 || block.block_size < 0 ||
      block.offset_in_file > std::numeric_limits<int64_t>::max() - block.block_size) {
    return InvalidArgument(fmt::format("block {}: invalid range {}+{} of {}", id,
                                       block.offset_in_file, block.block_size, block.ufs_path));
  }
  RETURN_IF_ERROR(Enter(id, block.max_readers));
  std::unique_ptr<ColdRead> read(new ColdRead(*this, id, block));
  Result<UfsTarget> target = mounts_.Resolve(block.mount_id, block.ufs_path, UfsAccess::kRead);
  if (!target.ok()) return AsReadError(target.status());
  Result<std::unique_ptr<ufs::UfsReader>> reader = target->ufs->Open(target->key);
  if (!reader.ok()) return AsReadError(reader.status());
  read->reader_ = *std::move(reader);
  return read;
}

Status ColdReads::Enter(BlockId id, int32_t max_readers) {
  MutexLock lock(mutex_);
  int32_t& readers = readers_[id];
  if (readers >= std::max(max_readers, 1)) {
    return Unavailable(fmt::format(
        "block {}: {} readers of the under store already, which is the limit", id, readers));
  }
  ++readers;
  return OkStatus();
}

void ColdReads::Leave(BlockId id) {
  MutexLock lock(mutex_);
  auto it = readers_.find(id);
  CHECK(it != readers_.end()) << "block " << id;
  if (--it->second == 0) readers_.erase(it);
}

ColdRead::~ColdRead() { owner_.Leave(id_); }

Result<Bytes> ColdRead::Read(int64_t offset, int64_t size) {
  size = std::min(size, block_.block_size - offset);
  if (size <= 0) return Bytes();
  if (cached_ == nullptr && filling_ == nullptr && owner_.store_.Has(id_)) {
    Result<std::shared_ptr<const BlockLease>> lease = owner_.store_.Lease(id_);
    if (lease.ok()) {
      Result<Bytes> mapped = (*lease)->Map();
      if (mapped.ok() && static_cast<int64_t>(mapped->size()) == block_.block_size) {
        cached_ = *std::move(lease);
        mapped_ = *std::move(mapped);
      }
    }
  }
  if (cached_ != nullptr) {
    return mapped_.Slice(static_cast<size_t>(offset), static_cast<size_t>(size));
  }
  std::string buffer(static_cast<size_t>(size), '\0');
  Result<size_t> got = reader_->ReadAt(block_.offset_in_file + offset, buffer);
  if (!got.ok()) return AsReadError(got.status());
  buffer.resize(*got);
  Bytes data = Bytes::FromString(std::move(buffer));
  Fill(offset, data);
  return data;
}

// Caching never fails a read: without space, or while somebody else fills the block, the reader
// gets its bytes all the same.
void ColdRead::Fill(int64_t offset, const Bytes& data) {
  if (block_.no_cache) return;
  if (offset == 0 && filling_ == nullptr) {
    Placement placement;
    placement.reserve_bytes = block_.block_size;
    Result<std::unique_ptr<TempBlock>> block = owner_.store_.Create(id_, placement);
    if (block.ok()) {
      filling_ = *std::move(block);
    } else if (!block.status().Is(StatusCode::kAlreadyExists)) {
      LOG_DEBUG("worker: block not cached id={} reason={}", id_, block.status().ToString());
    }
  }
  if (filling_ == nullptr) return;
  if (offset != filling_->length() || !filling_->Append(data.view()).ok()) {
    filling_.reset();
    return;
  }
  if (filling_->length() == block_.block_size) FinishFill();
}

void ColdRead::FinishFill() {
  Result<CommittedBlock> committed = filling_->Commit();
  filling_.reset();
  Status published =
      committed.ok() ? owner_.publisher_.Publish(*committed) : committed.status();
  LogIfError(published, "worker: block read but not cached");
}

}  // namespace alluxio::worker
