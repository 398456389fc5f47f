#include "worker/fetch/file_persister.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"

namespace alluxio::worker {
namespace {

constexpr size_t kManyOutcomes = 200;
constexpr size_t kStepBytes = size_t{4} << 20;

}  // namespace

FilePersister::FilePersister(Mounts& mounts, BlockStore& store, WorkerDialer dial,
                             const MountLaneOptions& lanes)
    : mounts_(mounts),
      store_(store),
      dial_(std::move(dial)),
      lanes_(lanes) {}

FilePersister::~FilePersister() { Stop(); }

void FilePersister::Stop() { lanes_.Stop(); }

void FilePersister::Start(stub::PersistOrder order) {
  InodeId file = order.file_id;
  {
    MutexLock lock(mutex_);
    if (!running_.insert(file).second) return;
  }
  MountId mount = order.mount_id;
  Status queued = lanes_.Submit(mount, Urgency::kBackground, [this, order = std::move(order)] {
    Result<std::string> fingerprint = Persist(order);
    if (!fingerprint.ok()) {
      LOG_WARN("worker: file not persisted id={} path={} reason={}", order.file_id,
               order.temp_ufs_path, fingerprint.status().ToString());
    }
    Finished(order.file_id, fingerprint);
  });
  if (queued.ok()) return;
  MutexLock lock(mutex_);
  running_.erase(file);
  outcomes_.failed.push_back({file, "the worker is busy: " + queued.message()});
}

void FilePersister::Finished(InodeId file, const Result<std::string>& fingerprint) {
  bool worth_telling = false;
  {
    MutexLock lock(mutex_);
    running_.erase(file);
    if (fingerprint.ok()) {
      outcomes_.persisted.push_back({file, *fingerprint});
    } else {
      outcomes_.failed.push_back({file, fingerprint.status().message()});
    }
    worth_telling = running_.empty() || outcomes_.persisted.size() % kManyOutcomes == 0;
  }
  if (worth_telling && wake_) wake_();
}

PersistOutcomes FilePersister::Take() {
  MutexLock lock(mutex_);
  return std::exchange(outcomes_, {});
}

void FilePersister::GiveBack(PersistOutcomes outcomes) {
  MutexLock lock(mutex_);
  for (auto& file : outcomes.persisted) outcomes_.persisted.push_back(std::move(file));
  for (auto& file : outcomes.failed) outcomes_.failed.push_back(std::move(file));
}

Result<std::string> FilePersister::Persist(const stub::PersistOrder& order) {
  ASSIGN_OR_RETURN(UfsTarget target,
                   mounts_.Resolve(order.mount_id, order.temp_ufs_path, UfsAccess::kWrite));
  ufs::UfsCreateOptions options;
  options.owner = order.owner;
  options.group = order.group;
  options.mode = order.mode;
  options.length = order.length;
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer,
                   target.ufs->Create(target.key, options));
  int64_t total = 0;
  for (const BlockInfo& block : order.blocks) {
    RETURN_IF_ERROR(CopyBlock(block, *writer));
    total += block.length;
  }
  if (total != order.length) {
    return FailedPrecondition(fmt::format("file {}: its blocks have {} bytes instead of {}",
                                          order.file_id, total, order.length));
  }
  ASSIGN_OR_RETURN(ufs::UfsStatus status, writer->Commit());
  if (status.length != order.length) {
    return DataLoss(fmt::format("{}: the under store has {} bytes of {}", order.temp_ufs_path,
                                status.length, order.length));
  }
  return ufs::Fingerprint(target.ufs->type(), status);
}

Status FilePersister::CopyBlock(const BlockInfo& block, ufs::UfsWriter& writer) {
  Result<std::shared_ptr<const BlockLease>> lease = store_.Lease(block.id);
  if (lease.ok()) {
    if ((*lease)->length() != block.length) {
      return DataLoss(fmt::format("block {}: {} bytes here, {} at the master", block.id,
                                  (*lease)->length(), block.length));
    }
    ASSIGN_OR_RETURN(Bytes bytes, (*lease)->Map());
    for (size_t offset = 0; offset < bytes.size(); offset += kStepBytes) {
      RETURN_IF_ERROR(writer.Write(bytes.Slice(offset, kStepBytes).view()));
    }
    return OkStatus();
  }
  Status last = lease.status();
  for (const BlockLocation& location : block.locations) {
    int64_t copied = 0;
    last = CopyRemote(block, location, writer, &copied);
    // After the first byte another worker cannot take over: the file has a part of the block.
    if (last.ok() || copied > 0) return last;
  }
  return last;
}

Status FilePersister::CopyRemote(const BlockInfo& block, const BlockLocation& location,
                                 ufs::UfsWriter& writer, int64_t* copied) {
  if (block.length == 0) return OkStatus();
  stub::BlockReadRequest request;
  request.block_id = block.id;
  request.length = block.length;
  std::shared_ptr<stub::BlockWorkerClient> worker = dial_(location.address);
  ASSIGN_OR_RETURN(std::unique_ptr<stub::BlockReadStream> stream, worker->ReadBlock(request));
  while (*copied < block.length) {
    ASSIGN_OR_RETURN(std::optional<Bytes> data, stream->Next());
    if (!data) break;
    RETURN_IF_ERROR(writer.Write(data->view()));
    *copied += static_cast<int64_t>(data->size());
  }
  stream->Close();
  if (*copied == block.length) return OkStatus();
  return OutOfRange(fmt::format("block {}: {} sent {} of {} bytes", block.id,
                                location.address.host, *copied, block.length));
}

}  // namespace alluxio::worker
