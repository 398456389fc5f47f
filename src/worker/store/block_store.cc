#include "worker/store/block_store.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "worker/store/store_counts.h"

namespace alluxio::worker {
namespace {

Status BlockNotFound(BlockId id) { return NotFound(fmt::format("Block {} not found", id)); }

// Enters the blocks of an earlier run into the table; twice the same id keeps the upper one.
void Adopt(BlockTable& table, size_t dir, const std::string& path,
           const std::vector<FoundBlock>& found) {
  for (const FoundBlock& block : found) {
    if (table.Find(block.id) != nullptr) {
      LOG_WARN("worker: second copy of a block ignored id={} dir={}", block.id, path);
      continue;
    }
    BlockEntry* entry = table.Insert(dir, block.id, block.length, 0);
    entry->crc32c = block.crc32c;
    entry->checksum = block.has_checksum ? ChecksumState::kRecorded : ChecksumState::kUnknown;
  }
  const DirState& state = table.dirs()[dir];
  if (state.used > state.quota) {
    LOG_WARN("worker: directory over quota dir={} used={} quota={}", path, state.used,
             state.quota);
  }
}

// A memory tier that is larger than its file system would fail in the middle of writes.
Status CheckFits(const StorageTierOptions& tier, Disk& disk) {
  if (tier.alias != "MEM") return OkStatus();
  for (const StorageDirOptions& dir : tier.dirs) {
    Result<DiskSpace> space = disk.Space(dir.path);
    if (space.ok() && space->capacity_bytes < dir.quota_bytes) {
      return InvalidArgument(fmt::format(
          "worker storage directory {}: its file system has {} bytes, less than the {} configured "
          "(alluxio.worker.ramdisk.size or the tier's quota)",
          dir.path, space->capacity_bytes, dir.quota_bytes));
    }
  }
  return OkStatus();
}

}  // namespace

BlockStore::BlockStore(const StoreOptions& options, Disk& disk, Rng& rng,
                       std::vector<std::unique_ptr<BlockDir>> dirs, std::vector<DirState> states)
    : disk_(disk), rng_(rng), dirs_(std::move(dirs)), table_(std::move(states)) {
  for (const std::unique_ptr<BlockDir>& dir : dirs_) {
    bool memory = dir != nullptr && dir->medium() == "MEM";
    recycled_.push_back(memory ? std::make_unique<RecycledFiles>(disk, dir->temp_folder(),
                                                                 options.recycle_from_bytes)
                               : nullptr);
  }
}

Result<std::unique_ptr<BlockStore>> BlockStore::Open(const StoreOptions& options, Disk& disk,
                                                     Rng& rng) {
  std::vector<std::unique_ptr<BlockDir>> dirs;
  std::vector<DirState> states;
  std::vector<std::vector<FoundBlock>> found;
  std::map<std::string, std::vector<std::string>> lost;
  Status first_error;
  bool usable = false;
  for (size_t tier = 0; tier < options.tiers.size(); ++tier) {
    for (const StorageDirOptions& dir : options.tiers[tier].dirs) {
      states.push_back({tier, options.tiers[tier].alias, dir.medium, dir.quota_bytes});
      found.emplace_back();
      auto opened = BlockDir::Open(options, dir, disk, &found.back());
      if (opened.ok()) {
        usable = true;
        dirs.push_back(*std::move(opened));
        continue;
      }
      LOG_ERROR("worker: storage lost error={}", opened.status().ToString());
      if (first_error.ok()) first_error = opened.status();
      states.back().lost = true;
      lost[states.back().tier_alias].push_back(dir.path);
      dirs.push_back(nullptr);
    }
  }
  if (!usable) {
    return first_error.ok() ? InvalidArgument("worker storage: no directory is configured")
                            : first_error;
  }
  for (const StorageTierOptions& tier : options.tiers) RETURN_IF_ERROR(CheckFits(tier, disk));
  std::unique_ptr<BlockStore> store(
      new BlockStore(options, disk, rng, std::move(dirs), std::move(states)));
  store->lost_at_start_ = std::move(lost);
  MutexLock lock(store->mutex_);
  for (size_t i = 0; i < found.size(); ++i) {
    if (store->dirs_[i] != nullptr) {
      Adopt(store->table_, i, store->dirs_[i]->path(), found[i]);
    }
  }
  return store;
}

// ---- Writing ----

Result<std::unique_ptr<TempBlock>> BlockStore::Create(BlockId id, const Placement& placement) {
  if (id < 0) return InvalidArgument(fmt::format("Invalid block id {}", id));
  if (placement.reserve_bytes < 0) {
    return InvalidArgument(
        fmt::format("block {}: negative space to reserve {}", id, placement.reserve_bytes));
  }
  std::vector<Victim> victims;
  std::unique_ptr<TempBlock> block(new TempBlock(*this, disk_, id));
  block->open_ = false;  // Until there is something to give back.
  {
    MutexLock lock(mutex_);
    RETURN_IF_ERROR(table_.ClaimTemp(id));
    Result<size_t> dir = table_.Reserve(placement, placement.reserve_bytes, &victims);
    if (!dir.ok()) {
      table_.ReleaseTemp(id);
      return dir.status();
    }
    block->dir_ = *dir;
    block->reserved_ = placement.reserve_bytes;
    block->pin_ = placement.pin;
    block->open_ = true;
    if (placement.pin) table_.PinForNow(FileIdOfBlock(id));
    for (const Victim& victim : victims) NoteRemoved(victim.id);
  }
  StoreCounts::Get().evicted.Add(static_cast<int64_t>(victims.size()));
  DeleteFiles(victims);
  const BlockDir& dir = *dirs_[block->dir_];
  block->path_ = dir.TempPath(id, rng_.NonNegativeId());
  block->created_ = true;
  block->reuse_ = placement.reuse;
  bool reused = placement.reuse != Reuse::kNever && TakeRecycled(*block);
  TrimRecycled(block->dir_);
  if (reused) return block;
  block->reuse_ = Reuse::kNever;
  RETURN_IF_ERROR(dir.CreateTemp(block->path_));  // On error the block's destructor cleans up.
  return block;
}

bool BlockStore::TakeRecycled(TempBlock& block) {
  RecycledFiles* recycled = recycled_[block.dir_].get();
  if (recycled == nullptr) return false;
  std::string folder = block.path_.substr(0, block.path_.rfind('/'));
  if (!dirs_[block.dir_]->MakeTempFolder(folder).ok()) return false;
  if (block.reuse_ == Reuse::kClient) return recycled->Hand(block.reserved_, block.path_);
  std::optional<Overwrite> room = recycled->Take(block.reserved_, block.path_);
  if (room) block.room_ = *std::move(room);
  return room.has_value();
}

Status BlockStore::ReserveMore(TempBlock& block, int64_t bytes) {
  if (bytes < 0) {
    return InvalidArgument(
        fmt::format("block {}: negative space to reserve {}", block.id_, bytes));
  }
  std::vector<Victim> victims;
  {
    MutexLock lock(mutex_);
    RETURN_IF_ERROR(table_.ReserveIn(block.dir_, bytes, &victims));
    block.reserved_ += bytes;
    for (const Victim& victim : victims) NoteRemoved(victim.id);
  }
  StoreCounts::Get().evicted.Add(static_cast<int64_t>(victims.size()));
  DeleteFiles(victims);
  TrimRecycled(block.dir_);
  return OkStatus();
}

void BlockStore::AbortTemp(TempBlock& block) {
  StoreCounts::Get().cancelled.Add();
  if (block.created_) {
    Status deleted = disk_.DeleteFile(block.path_);
    if (!deleted.Is(StatusCode::kNotFound)) LogIfError(deleted, "worker: abort of a temp block");
  }
  MutexLock lock(mutex_);
  table_.Release(block.dir_, block.reserved_);
  table_.ReleaseTemp(block.id_);
}

Result<CommittedBlock> BlockStore::CommitTemp(TempBlock& block, const BlockChecksum& sum) {
  const BlockDir& dir = *dirs_[block.dir_];
  RETURN_IF_ERROR(dir.CommitTemp(block.path_, block.id_));
  KeepMapping(block, sum.length);
  // Without its record a block is only unverified after a restart; that is no reason to lose it.
  Status recorded = dir.checksums().Append(block.id_, sum);
  LogIfError(recorded, "worker: checksum record");
  MutexLock lock(mutex_);
  BlockEntry* entry = table_.Insert(block.dir_, block.id_, sum.length, block.reserved_);
  entry->crc32c = sum.crc32c;
  entry->checksum = ChecksumState::kVerified;
  entry->announced = false;
  if (block.pin_) table_.PinForNow(FileIdOfBlock(block.id_));
  const DirState& state = table_.dirs()[block.dir_];
  int64_t used_on_tier = 0;
  for (const DirState& other : table_.dirs()) {
    if (other.tier_alias == state.tier_alias) used_on_tier += other.used + other.reserved;
  }
  return CommittedBlock{block.id_, sum.length, LocationOf(block.dir_), used_on_tier};
}

// While the id is claimed: nobody reads the block yet, and nobody removes it.
void BlockStore::KeepMapping(TempBlock& block, int64_t length) {
  const std::string path = dirs_[block.dir_]->BlockPath(block.id_);
  Overwrite room = std::exchange(block.room_, Overwrite());
  if (room.file == nullptr || length == 0) return mapped_.Drop(path);
  Bytes bytes = Bytes::FromOwner({room.bytes.data(), static_cast<size_t>(length)},
                                 std::move(room.owner));
  mapped_.KeepWritten(path, {std::move(bytes), nullptr, std::move(room.file)});
}

// ---- Reading ----

Result<std::shared_ptr<const BlockLease>> BlockStore::Lease(BlockId id) {
  std::shared_ptr<BlockLease> lease;
  BlockEntry* entry = nullptr;
  BlockChecksum recorded;
  ChecksumState state = ChecksumState::kUnknown;
  {
    MutexLock lock(mutex_);
    entry = table_.Find(id);
    if (entry == nullptr) return BlockNotFound(id);
    lease = MakeLease(entry);
    recorded = {entry->length, entry->crc32c};
    state = entry->checksum;
  }
  Status good = CheckFile(*lease, entry);
  if (good.ok() && state != ChecksumState::kVerified) {
    good = Verify(*lease, entry, recorded, state == ChecksumState::kRecorded);
  }
  if (!good.ok()) return good;
  return std::shared_ptr<const BlockLease>(std::move(lease));
}

std::shared_ptr<BlockLease> BlockStore::MakeLease(BlockEntry* entry) {
  ++entry->leases;
  table_.Touch(entry);
  std::shared_ptr<BlockLease> lease(new BlockLease(*this, entry));
  lease->id_ = entry->id;
  lease->length_ = entry->length;
  lease->path_ = dirs_[entry->dir]->BlockPath(entry->id);
  return lease;
}

std::shared_ptr<const BlockLease> BlockStore::LeaseInMemory(BlockId id) {
  std::shared_ptr<BlockLease> lease;
  {
    MutexLock lock(mutex_);
    BlockEntry* entry = table_.Find(id);
    bool quick = entry != nullptr && entry->checksum == ChecksumState::kVerified &&
                 recycled_[entry->dir] != nullptr && entry->length > 0;
    if (!quick) return nullptr;
    lease = MakeLease(entry);
  }
  MappedBlocks::Mapped mapped = mapped_.Find(lease->path());
  if (static_cast<int64_t>(mapped.bytes.size()) != lease->length()) return nullptr;
  // A file that somebody cut off would end this process when its bytes are sent.
  if (mapped.file != nullptr) {
    if (!mapped.file->Intact(lease->length())) return nullptr;
  } else if (mapped.written != nullptr) {
    if (!mapped.written->Intact(lease->length())) return nullptr;
  } else {
    Result<FileStat> stat = disk_.Stat(lease->path());
    if (!stat.ok() || stat->length != lease->length()) return nullptr;
  }
  lease->mapped_ = std::move(mapped.bytes);
  return lease;
}

Status BlockStore::CheckFile(const BlockLease& lease, BlockEntry* entry) {
  Result<FileStat> stat = disk_.Stat(lease.path());
  if (stat.ok() && stat->length == lease.length()) return OkStatus();
  std::string what = stat.ok() ? fmt::format("{} bytes instead of {}", stat->length,
                                             lease.length())
                               : stat.status().ToString();
  LOG_ERROR("worker: block dropped path={} reason={}", lease.path(), what);
  mapped_.Drop(lease.path());
  if (stat.ok()) {
    DropDamaged(entry);
  } else {
    MutexLock lock(mutex_);
    if (!entry->doomed) {
      table_.Erase(entry);
      NoteRemoved(lease.id());
    }
  }
  return NotFound(fmt::format("Block {} not found: its file is {}", lease.id(), what));
}

Status BlockStore::Verify(const BlockLease& lease, BlockEntry* entry,
                          const BlockChecksum& recorded, bool known) {
  size_t dir_index = 0;
  {
    MutexLock lock(mutex_);
    dir_index = entry->dir;
  }
  const BlockDir& dir = *dirs_[dir_index];
  Result<BlockChecksum> actual = dir.Checksum(lease.path());
  if (!actual.ok() || actual->length != recorded.length ||
      (known && actual->crc32c != recorded.crc32c)) {
    LOG_ERROR("worker: damaged block put in quarantine path={} reason={}", lease.path(),
              actual.ok() ? "checksum differs" : actual.status().ToString());
    DropDamaged(entry);
    return NotFound(fmt::format("Block {} not found: its file is damaged", lease.id()));
  }
  if (!known) LogIfError(dir.checksums().Append(lease.id(), *actual), "worker: checksum record");
  MutexLock lock(mutex_);
  entry->crc32c = actual->crc32c;
  entry->checksum = ChecksumState::kVerified;
  return OkStatus();
}

void BlockStore::DropDamaged(BlockEntry* entry) {
  size_t dir = 0;
  BlockId id = entry->id;
  {
    MutexLock lock(mutex_);
    if (entry->doomed) return;
    dir = entry->dir;
    table_.Erase(entry);  // Leased by the caller: its id stays claimed until the lease ends.
    NoteRemoved(id);
  }
  mapped_.Drop(dirs_[dir]->BlockPath(id));
  LogIfError(dirs_[dir]->Quarantine(id), "worker: quarantine");
}

void BlockStore::EndLease(BlockEntry* entry) {
  std::optional<Victim> victim;
  {
    MutexLock lock(mutex_);
    victim = table_.Unlease(entry);
  }
  if (!victim) return;
  DeleteFiles({*victim});
  TrimRecycled(victim->dir);
}

bool BlockStore::Has(BlockId id) const { return Length(id).ok(); }

Result<int64_t> BlockStore::Length(BlockId id) const {
  MutexLock lock(mutex_);
  auto it = table_.blocks().find(id);
  if (it == table_.blocks().end()) return BlockNotFound(id);
  return it->second->length;
}

// ---- Removal ----

Status BlockStore::Remove(BlockId id) {
  std::vector<Victim> victims;
  {
    MutexLock lock(mutex_);
    BlockEntry* entry = table_.Find(id);
    if (entry == nullptr) return BlockNotFound(id);
    Victim victim{id, entry->dir, entry->length};
    if (table_.Erase(entry)) victims.push_back(victim);
    NoteRemoved(id);
  }
  StoreCounts::Get().deleted.Add();
  DeleteFiles(victims);
  for (const Victim& victim : victims) TrimRecycled(victim.dir);
  return OkStatus();
}

size_t BlockStore::RemoveAll() {
  std::vector<BlockId> all;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, entry] : table_.blocks()) all.push_back(id);
  }
  size_t removed = 0;
  for (BlockId id : all) removed += Remove(id).ok() ? 1 : 0;
  return removed;
}

void BlockStore::DeleteFiles(const std::vector<Victim>& victims) {
  if (victims.empty()) return;
  for (const Victim& victim : victims) {
    const BlockDir& dir = *dirs_[victim.dir];
    const std::string path = dir.BlockPath(victim.id);
    std::shared_ptr<OverwriteFile> mapped = mapped_.Take(path).written;
    RecycledFiles* recycled = recycled_[victim.dir].get();
    if (recycled != nullptr && recycled->Offer(path, victim.length, std::move(mapped))) continue;
    LogIfError(dir.DeleteBlock(victim.id), "worker: delete of a block file");
  }
  MutexLock lock(mutex_);
  for (const Victim& victim : victims) table_.ReleaseTemp(victim.id);
}

void BlockStore::TrimRecycled(size_t dir) {
  if (recycled_[dir] == nullptr) return;
  int64_t available = 0;
  {
    MutexLock lock(mutex_);
    available = table_.dirs()[dir].available();
  }
  recycled_[dir]->Trim(available);
}

void BlockStore::SetPinned(std::unordered_set<InodeId> files) {
  MutexLock lock(mutex_);
  table_.SetPinned(std::move(files));
}

StorageLocation BlockStore::LocationOf(size_t dir) const {
  const DirState& state = table_.dirs()[dir];
  return {state.tier_alias, state.medium};
}

void BlockStore::NoteAdded(const BlockEntry& entry) {
  changes_.NoteAdded(entry.id, LocationOf(entry.dir));
}

void BlockStore::NoteRemoved(BlockId id) { changes_.NoteRemoved(id); }

void BlockStore::Announce(BlockId id) {
  MutexLock lock(mutex_);
  BlockEntry* entry = table_.Find(id);
  if (entry == nullptr) return;  // Freed meanwhile.
  entry->announced = true;
  NoteAdded(*entry);
}

}  // namespace alluxio::worker
