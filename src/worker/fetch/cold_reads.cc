#include "worker/fetch/cold_reads.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

namespace alluxio::worker {
namespace {

constexpr size_t kCommitThreads = 4;
constexpr size_t kCommitQueue = 10'000;
// As many as two quick readers have under way: a window and what is being appended.
constexpr size_t kSpareBuffers = 12;

// A result that one thread waits for. Shared with the callback that brings it.
struct Outcome {
  Mutex mutex;
  CondVar set;
  std::optional<Status> status GUARDED_BY(mutex);

  void Set(const Status& what) {
    MutexLock lock(mutex);
    status = what;
    set.NotifyAll();
  }
  Status Wait() {
    MutexLock lock(mutex);
    while (!status) set.Wait(mutex);
    return *status;
  }
};

}  // namespace

ColdReads::ColdReads(Mounts& mounts, BlockStore& store, BlockPublisher& publisher,
                     const ColdReadOptions& options, const OpenFilesOptions& files,
                     MountLanes& lanes)
    : store_(store),
      open_files_(files, Clock::Real()),
      commits_(Executor::Create({"cold-commit", kCommitThreads, kCommitQueue})),
      buffers_(static_cast<size_t>(options.piece_bytes), kSpareBuffers),
      parts_{mounts,   store,   publisher,      lanes, open_files_, *commits_,
             buffers_, options, buffered_bytes_} {}

ColdReads::~ColdReads() { Stop(); }

void ColdReads::Stop() { commits_->Stop(); }

Status ColdReads::CheckBlock(BlockId id, const stub::UfsBlock& block) const {
  if (block.offset_in_file >= 0 && block.block_size >= 0 &&
      block.offset_in_file <= std::numeric_limits<int64_t>::max() - block.block_size) {
    return OkStatus();
  }
  return InvalidArgument(fmt::format("block {}: invalid range {}+{} of {}", id,
                                     block.offset_in_file, block.block_size, block.ufs_path));
}

std::shared_ptr<BlockFetch> ColdReads::FetchOf(BlockId id, const stub::UfsBlock& block) {
  auto found = fetches_.find(id);
  if (found != fetches_.end() && found->second.fetch->Serves(block)) return found->second.fetch;
  uint64_t number = ++next_number_;
  auto fetch = std::make_shared<BlockFetch>(parts_, id, block,
                                            [this, id, number] { Ended(id, number); });
  fetches_[id] = {fetch, number};
  return fetch;
}

void ColdReads::Ended(BlockId id, uint64_t number) {
  std::shared_ptr<BlockFetch> last;  // destroyed without the lock
  MutexLock lock(mutex_);
  auto found = fetches_.find(id);
  if (found == fetches_.end() || found->second.number != number) return;
  last = std::move(found->second.fetch);
  fetches_.erase(found);
}

Result<std::unique_ptr<ColdRead>> ColdReads::Open(BlockId id, const stub::UfsBlock& block,
                                                  int64_t offset, int64_t length) {
  RETURN_IF_ERROR(CheckBlock(id, block));
  bool fills = !block.no_cache && offset == 0 && length >= block.block_size;
  int64_t end = length > block.block_size - offset ? block.block_size : offset + length;
  MutexLock lock(mutex_);
  int32_t& readers = readers_[id];
  if (readers >= std::max(block.max_readers, 1)) {
    return Unavailable(fmt::format(
        "block {}: {} readers of the under store already, which is the limit", id, readers));
  }
  std::shared_ptr<BlockFetch> fetch = FetchOf(id, block);
  BlockFetch::Reader* reader = fetch->Join(offset, end, fills);
  if (reader == nullptr) {
    fetches_.erase(id);  // It ends just now.
    fetch = FetchOf(id, block);
    reader = fetch->Join(offset, end, fills);
  }
  ++readers;
  return std::unique_ptr<ColdRead>(
      new ColdRead(*this, id, block.block_size, std::move(fetch), reader));
}

Status ColdReads::Fill(BlockId id, const stub::UfsBlock& block) {
  RETURN_IF_ERROR(CheckBlock(id, block));
  auto outcome = std::make_shared<Outcome>();
  while (!store_.Has(id)) {
    std::shared_ptr<BlockFetch> fetch;
    {
      MutexLock lock(mutex_);
      fetch = FetchOf(id, block);
    }
    if (fetch->Keep([outcome](const Status& status) { outcome->Set(status); })) {
      return outcome->Wait();
    }
    MutexLock lock(mutex_);
    auto found = fetches_.find(id);
    if (found != fetches_.end() && found->second.fetch == fetch) fetches_.erase(found);
  }
  return OkStatus();
}

void ColdReads::Leave(BlockId id) {
  MutexLock lock(mutex_);
  auto it = readers_.find(id);
  CHECK(it != readers_.end()) << "block " << id;
  if (--it->second == 0) readers_.erase(it);
}

ColdRead::~ColdRead() {
  fetch_->Leave(reader_);
  owner_.Leave(id_);
}

bool ColdRead::TakeCached() {
  if (cached_ != nullptr) return true;
  if (!owner_.store_.Has(id_)) return false;
  Result<std::shared_ptr<const BlockLease>> lease = owner_.store_.Lease(id_);
  if (!lease.ok()) return false;
  Result<Bytes> mapped = (*lease)->Map();
  if (!mapped.ok() || static_cast<int64_t>(mapped->size()) != length_) return false;
  cached_ = *std::move(lease);
  mapped_ = *std::move(mapped);
  return true;
}

Bytes ColdRead::Cached(int64_t offset, int64_t size) const {
  return mapped_.Slice(static_cast<size_t>(offset),
                       static_cast<size_t>(std::max<int64_t>(size, 0)));
}

void ColdRead::Read(int64_t offset, int64_t size, Done done) {
  if (TakeCached()) return done(Cached(offset, size));
  fetch_->Read(reader_, offset, size, false,
               [done = std::move(done)](Result<ColdData> data) mutable {
                 done(data.ok() ? Result<Bytes>(std::move(data->bytes)) : data.status());
               });
}

void ColdRead::ReadOrFile(int64_t offset, int64_t size, BlockFetch::ReadDone done) {
  if (TakeCached()) return done(ColdData{.bytes = Cached(offset, size)});
  fetch_->Read(reader_, offset, size, true, std::move(done));
}

}  // namespace alluxio::worker
