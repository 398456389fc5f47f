// BlockStore's reports, moves between directories and disk checks; see block_store.h.
#include <fmt/core.h>

#include "base/log.h"
#include "worker/store/block_store.h"
#include "worker/store/store_counts.h"

namespace alluxio::worker {

StoreUsage BlockStore::Usage() const {
  StoreUsage usage;
  usage.lost_dirs = lost_at_start_;
  MutexLock lock(mutex_);
  for (size_t i = 0; i < dirs_.size(); ++i) {
    const DirState& state = table_.dirs()[i];
    if (usage.tiers.empty() || usage.tiers.back() != state.tier_alias) {
      usage.tiers.push_back(state.tier_alias);
    }
    int64_t& capacity = usage.capacity_bytes[state.tier_alias];
    int64_t& used = usage.used_bytes[state.tier_alias];
    if (state.lost) {
      if (dirs_[i] != nullptr) usage.lost_dirs[state.tier_alias].push_back(dirs_[i]->path());
      continue;
    }
    capacity += state.quota;
    used += state.used + state.reserved;
  }
  usage.block_count = table_.block_count();
  return usage;
}

ReporterId BlockStore::AddReporter() {
  MutexLock lock(mutex_);
  return changes_.Add();
}

void BlockStore::RemoveReporter(ReporterId reporter) {
  MutexLock lock(mutex_);
  changes_.Remove(reporter);
}

StoreReport BlockStore::TakeReport(ReporterId reporter) {
  StoreReport report;
  report.usage = Usage();
  MutexLock lock(mutex_);
  for (const auto& [id, entry] : table_.blocks()) {
    if (entry->announced) report.blocks[LocationOf(entry->dir)].push_back(id);
  }
  changes_.Reported(reporter);
  return report;
}

StoreChanges BlockStore::TakeChanges(ReporterId reporter, size_t limit) {
  MutexLock lock(mutex_);
  return changes_.Take(reporter, limit);
}

void BlockStore::ReturnChanges(ReporterId reporter, StoreChanges changes) {
  MutexLock lock(mutex_);
  changes_.Return(reporter, std::move(changes));
}

Status BlockStore::Move(BlockId id, const Placement& placement) {
  // A lease of our own keeps the file in place; it is also verified first.
  ASSIGN_OR_RETURN(std::shared_ptr<const BlockLease> lease, Lease(id));
  std::vector<Victim> victims;
  size_t to = 0;
  bool promotes = false;
  {
    MutexLock lock(mutex_);
    const DirState& now = table_.dirs()[lease->entry_->dir];
    bool fits = placement.medium.empty() ? now.tier == table_.ClampTier(placement.tier)
                                         : now.medium == placement.medium;
    if (fits) return OkStatus();
    ASSIGN_OR_RETURN(to, table_.ReserveForMove(placement, lease->length(), &victims));
    for (const Victim& victim : victims) NoteRemoved(victim.id);
    promotes = table_.dirs()[to].tier < now.tier;
  }
  StoreCounts::Get().evicted.Add(static_cast<int64_t>(victims.size()));
  DeleteFiles(victims);
  TrimRecycled(to);
  std::string temp_path = dirs_[to]->TempPath(id, rng_.NonNegativeId());
  Status moved = CopyInto(*lease, to, temp_path);
  if (moved.ok()) moved = dirs_[to]->CommitTemp(temp_path, id);
  std::string old_path = lease->path();
  if (moved.ok()) moved = SwapDir(lease->entry_, to);
  if (moved.ok()) {
    if (promotes) StoreCounts::Get().promoted.Add();
    mapped_.Drop(old_path);
    LogIfError(disk_.DeleteFile(old_path), "worker: delete after a move");
    return OkStatus();
  }
  LogIfError(dirs_[to]->DeleteBlock(id), "worker: undo of a move");
  Status undone = disk_.DeleteFile(temp_path);
  if (!undone.Is(StatusCode::kNotFound)) LogIfError(undone, "worker: undo of a move");
  MutexLock lock(mutex_);
  table_.Release(to, lease->length());
  return moved.WithContext(fmt::format("move of block {}", id));
}

Status BlockStore::CopyInto(const BlockLease& lease, size_t to, const std::string& temp_path) {
  RETURN_IF_ERROR(dirs_[to]->CreateTemp(temp_path));
  ASSIGN_OR_RETURN(Bytes bytes, lease.Map());
  ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                   disk_.OpenForWrite(temp_path, WriteMode::kAppend));
  file->PreferHugePages();
  RETURN_IF_ERROR(file->Append(bytes.view()));
  RETURN_IF_ERROR(file->Close());
  ASSIGN_OR_RETURN(BlockChecksum copied, dirs_[to]->Checksum(temp_path));
  {
    MutexLock lock(mutex_);
    if (copied.crc32c != lease.entry_->crc32c) return DataLoss("the copy differs");
  }
  return dirs_[to]->checksums().Append(lease.id(), copied);
}

// The new file is in place; from here on readers get it. Readers of the old path would lose it, so
// the move gives up when there is any besides the caller.
Status BlockStore::SwapDir(BlockEntry* entry, size_t to) {
  MutexLock lock(mutex_);
  if (entry->doomed) return NotFound("removed meanwhile");
  if (entry->leases > 1) return FailedPrecondition("somebody reads it");
  if (!entry->announced) return FailedPrecondition("it is being committed");
  table_.Relocate(entry, to);
  NoteAdded(*entry);
  return OkStatus();
}

void BlockStore::CheckDirs() {
  for (const std::unique_ptr<RecycledFiles>& files : recycled_) {
    if (files != nullptr) files->Age();
  }
  for (size_t i = 0; i < dirs_.size(); ++i) {
    if (dirs_[i] == nullptr) continue;
    {
      MutexLock lock(mutex_);
      if (table_.dirs()[i].lost) continue;
    }
    Status probe = dirs_[i]->Probe();
    // A full disk is not a lost one.
    if (probe.ok() || probe.Is(StatusCode::kResourceExhausted)) continue;
    LOG_ERROR("worker: storage lost dir={} error={}", dirs_[i]->path(), probe.ToString());
    std::vector<BlockId> gone;
    {
      MutexLock lock(mutex_);
      table_.LoseDir(i);
      for (const auto& [id, entry] : table_.blocks()) {
        if (entry->dir == i) gone.push_back(id);
      }
      for (BlockId id : gone) {
        if (table_.Erase(table_.Find(id))) table_.ReleaseTemp(id);
        NoteRemoved(id);
      }
    }
    StoreCounts::Get().lost.Add(static_cast<int64_t>(gone.size()));
    for (BlockId id : gone) mapped_.Drop(dirs_[i]->BlockPath(id));
  }
}

// ---- BlockLease ----

BlockLease::~BlockLease() {
  mapped_ = Bytes();  // before the file can be reused
  store_.EndLease(entry_);
}

bool BlockLease::EndsFile() const {
  MutexLock lock(store_.mutex_);
  return entry_->doomed;
}

Result<Bytes> BlockLease::Map() const {
  if (length_ == 0) return Bytes();
  if (!mapped_.empty()) return mapped_;
  Bytes kept = store_.mapped_.Find(path_).bytes;
  if (static_cast<int64_t>(kept.size()) == length_) return kept;
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, store_.disk_.OpenForRead(path_));
  ASSIGN_OR_RETURN(Bytes bytes, file->Map());
  if (static_cast<int64_t>(bytes.size()) == length_) {
    store_.mapped_.Keep(path_, {bytes, std::move(file)});
    return bytes;
  }
  return DataLoss(fmt::format("block file {}: {} bytes instead of {}", path_, bytes.size(),
                              length_));
}

}  // namespace alluxio::worker
