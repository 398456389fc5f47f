#include "master/block/block_master.h"

#include <algorithm>

#include "base/log.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {
namespace {

constexpr int64_t kMaxReservation = 1'000'000;
constexpr size_t kMaxNoted = 1'000'000;

bool IsBlockId(BlockId id) { return id >= 0 && SequenceOf(id) != kMaxSequence; }

OpContextOptions OwnContext(Clock& clock) {
  OpContextOptions options;
  options.clock = &clock;
  options.may_block = true;
  return options;
}

// Where a journal that was just formatted begins. A worker may still hold blocks of the cluster
// that was there before; an id given out again would make its old bytes those of a new file.
// Beginning a thousand containers further for every second of the clock stays clear of every id an
// earlier cluster can have used, unless it created more than a thousand files a second all its
// life, and leaves most of the range. Container 0 is the root directory's and never handed out.
int64_t FirstContainer(int64_t now_ms) {
  constexpr int64_t kBeginMs = 1'700'000'000'000;
  if (now_ms < kBeginMs || now_ms - kBeginMs > kMaxContainer / 2) return 1;
  return 1 + (now_ms - kBeginMs);
}

}  // namespace

BlockMaster::BlockMaster(const BlockMasterOptions& options, Ledger& ledger, Clock& clock, Rng& rng)
    : options_(options), ledger_(ledger), clock_(clock), rng_(rng) {}

BlockMaster::~BlockMaster() = default;

Status BlockMaster::StartServing() {
  OpContext context(OwnContext(clock_));
  journal::Position position = 0;
  {
    WriterLock lock(lock_);
    containers_.reservation = std::max<int64_t>(1, options_.container_reservation);
    bool fresh = containers_.journaled_limit == 0;
    containers_.next = fresh ? FirstContainer(clock_.NowMs()) : containers_.journaled_limit;
    containers_.durable_limit = containers_.next;
    if (fresh) containers_.journaled_limit = containers_.next;
    ReserveContainers(context);
    position = containers_.position;
    serving_since_ = clock_.Monotonic();
    // Workers that report to standbys too need not come back first.
    if (following_ && workers_.HasActive()) serving_since_ = following_since_;
    following_ = false;
  }
  return ledger_.journal->WaitDurable(position);
}

int64_t BlockMaster::journaled_containers() const {
  ReaderLock lock(lock_);
  return containers_.journaled_limit;
}

bool BlockMaster::InSafeMode() const {
  ReaderLock lock(lock_);
  return clock_.Monotonic() - serving_since_ < options_.safe_mode;
}

Status BlockMaster::CheckNotSafeMode() const {
  if (!InSafeMode()) return OkStatus();
  return Unavailable("Alluxio master is in safe mode. Please try again later.");
}

void BlockMaster::ReserveContainers(OpContext& context) {
  Edit edit(journal::Component::kBlock);
  edit.entry().mutable_block_container_id_generator()->set_next_container_id(
      containers_.journaled_limit + containers_.reservation);
  EditContext edits(ledger_, context);
  edits.Record(std::move(edit));
  containers_.position = edits.last();
}

Result<int64_t> BlockMaster::NewContainerId(OpContext& context) {
  OpContext own(OwnContext(clock_));  // the client's reply need not wait for a reservation ahead
  while (true) {
    journal::Position wait_for = 0;
    {
      WriterLock lock(lock_);
      Containers& ids = containers_;
      if (ids.durable_limit != ids.journaled_limit &&
          ledger_.journal->durable() >= ids.position) {
        ids.durable_limit = ids.journaled_limit;
      }
      bool pending = ids.durable_limit != ids.journaled_limit;
      if (ids.next < ids.durable_limit) {
        int64_t id = ids.next++;
        if (!pending && ids.durable_limit - ids.next < ids.reservation / 2) ReserveContainers(own);
        return id;
      }
      if (ids.next > kMaxContainer) {
        return ResourceExhausted("container ids: all of them are used up");
      }
      if (!pending) {
        // Ids go faster than the disk confirms them: reserve more at a time.
        ids.reservation = std::min(ids.reservation * 2, kMaxReservation);
        ReserveContainers(own);
      }
      wait_for = ids.position;
    }
    if (!context.may_block()) return WouldBlock();
    RETURN_IF_ERROR(ledger_.journal->WaitDurable(wait_for));
  }
}

BlockInfo BlockMaster::InfoOf(BlockId id, int64_t length) const {
  BlockInfo info;
  info.id = id;
  info.length = length;
  std::vector<SlotLocation> places;
  table_.Locations(id, &places);
  for (const SlotLocation& place : places) {
    const Worker* worker = workers_.OfSlot(place.slot);
    if (worker == nullptr) continue;
    const auto& [tier, medium] = workers_.Tier(place.tier);
    BlockLocation location;
    location.worker_id = worker->id;
    location.address = worker->address;
    location.tier_alias = tier;
    location.medium_type = medium;
    info.locations.push_back(std::move(location));
  }
  return info;
}

Result<BlockInfo> BlockMaster::GetBlockInfo(BlockId id) const {
  ReaderLock lock(lock_);
  std::optional<int64_t> length = table_.LengthOf(id);
  if (!length) return InvalidArgument("BlockMeta not found for blockId " + std::to_string(id));
  return InfoOf(id, *length);
}

std::vector<BlockInfo> BlockMaster::GetBlockInfos(std::span<const BlockId> ids) const {
  std::vector<BlockInfo> infos;
  infos.reserve(ids.size());
  ReaderLock lock(lock_);
  for (BlockId id : ids) infos.push_back(InfoOf(id, table_.LengthOf(id).value_or(0)));
  return infos;
}

void BlockMaster::VisitBlocks(BlockId first, size_t count, BlockVisitor visit) const {
  std::vector<SlotLocation> places;
  std::vector<wire::FileInfoEncoder::LocationFields> locations;
  ReaderLock lock(lock_);
  for (size_t n = 0; n < count; ++n) {
    const BlockId id = first + static_cast<BlockId>(n);
    places.clear();
    locations.clear();
    const int64_t length = table_.Look(id, &places).value_or(0);
    for (const SlotLocation& place : places) {
      const Worker* worker = workers_.OfSlot(place.slot);
      if (worker == nullptr) continue;
      const auto& [tier, medium] = workers_.Tier(place.tier);
      locations.push_back({worker->id, worker->written_address, tier, medium});
    }
    visit({id, length, locations});
  }
}

ChangeCounts::Stamp BlockMaster::ChangesOf(std::span<const int64_t> containers) const {
  ReaderLock lock(lock_);
  ChangeCounts::Stamp stamp = table_.ChangesOf(containers);
  stamp.all += workers_.changes();  // both only rise
  return stamp;
}

std::optional<int64_t> BlockMaster::LengthOf(BlockId id) const {
  ReaderLock lock(lock_);
  return table_.LengthOf(id);
}

void BlockMaster::RecordBlock(EditContext& edits, BlockId id, int64_t length) {
  std::optional<int64_t> known = table_.LengthOf(id);
  if (known && *known != kUnknownLength) {
    if (*known != length) {
      LOG_WARN("block: length stays block={} length={} refused={}", id, *known, length);
    }
    return;
  }
  Edit edit(journal::Component::kBlock);
  edit.entry().mutable_block_info()->set_block_id(id);
  edit.entry().mutable_block_info()->set_length(length);
  edits.Record(std::move(edit));
}

Status BlockMaster::CommitBlock(OpContext& context, const BlockCommit& commit) {
  if (!IsBlockId(commit.block) || commit.length < 0) {
    return InvalidArgument("commit block " + std::to_string(commit.block) + ": invalid id or " +
                           "length " + std::to_string(commit.length));
  }
  WriterLock lock(lock_);
  Worker* worker = workers_.Find(commit.worker);
  if (worker == nullptr || worker->slot == kNoSlot) {
    return NotFound("No worker with workerId " + std::to_string(commit.worker) + " is found");
  }
  if (ContainerOf(commit.block) >= containers_.journaled_limit) {
    return InvalidArgument("commit block " + std::to_string(commit.block) +
                           ": this master never gave out that id");
  }
  EditContext edits(ledger_, context);
  RETURN_IF_ERROR(edits.CheckAdmitted());
  ASSIGN_OR_RETURN(uint8_t tier, workers_.TierIndex(commit.tier, commit.medium));
  RecordBlock(edits, commit.block, commit.length);
  // A commit during a registration may be missing from the list that is on its way.
  for (WorkerSlot slot : {worker->slot, worker->filling_slot}) {
    if (slot == kNoSlot) continue;
    bool added = false;
    table_.AddLocation(commit.block, SlotLocation{slot, tier}, &added);
    if (added) workers_.CountBlocks(slot, 1);
  }
  worker->facts.used_on_tiers[commit.tier] = commit.used_bytes_on_tier;
  worker->last_contact = clock_.Monotonic();
  return OkStatus();
}

Status BlockMaster::CommitBlocksInUfs(OpContext& context, std::span<const UfsBlock> blocks) {
  for (const UfsBlock& block : blocks) {
    if (!IsBlockId(block.id) || block.length < 0) {
      return InvalidArgument("commit block " + std::to_string(block.id) +
                             ": invalid id or length " + std::to_string(block.length));
    }
  }
  WriterLock lock(lock_);
  EditContext edits(ledger_, context);
  for (const UfsBlock& block : blocks) RecordBlock(edits, block.id, block.length);
  return OkStatus();
}

void BlockMaster::DropLocation(BlockId id, WorkerSlot slot) {
  if (slot != kNoSlot && table_.RemoveLocation(id, slot)) workers_.CountBlocks(slot, -1);
}

void BlockMaster::QueueFree(BlockId id) {
  std::vector<SlotLocation> places;
  table_.Locations(id, &places);
  for (const SlotLocation& place : places) {
    const Worker* holder = workers_.OfSlot(place.slot);
    if (holder != nullptr) workers_.Find(holder->id)->to_free.push_back(id);
  }
}

Status BlockMaster::RemoveBlocks(OpContext& context, std::span<const BlockId> ids) {
  WriterLock lock(lock_);
  EditContext edits(ledger_, context);
  std::vector<SlotLocation> places;
  for (BlockId id : ids) {
    if (!table_.Contains(id)) continue;
    QueueFree(id);
    places.clear();
    table_.Locations(id, &places);
    for (const SlotLocation& place : places) workers_.CountBlocks(place.slot, -1);
    Edit edit(journal::Component::kBlock);
    edit.entry().mutable_delete_block()->set_block_id(id);
    edits.Record(std::move(edit));
  }
  return OkStatus();
}

void BlockMaster::FreeBlocks(std::span<const BlockId> ids) {
  WriterLock lock(lock_);
  for (BlockId id : ids) QueueFree(id);
}

std::vector<BlockId> BlockMaster::TakeLostBlocks(size_t limit) {
  WriterLock lock(lock_);
  size_t count = std::min(limit, lost_.size());
  std::vector<BlockId> taken(lost_.end() - static_cast<ptrdiff_t>(count), lost_.end());
  lost_.resize(lost_.size() - count);
  // A standby may have noted them long ago: a worker that came back has brought its copies.
  std::erase_if(taken, [this](BlockId id) NO_THREAD_SAFETY_ANALYSIS {
    return !InfoOf(id, 0).locations.empty();
  });
  return taken;
}

void BlockMaster::NoteStray(WorkerId worker, BlockId block) {
  if (strays_.size() < kMaxNoted) strays_.push_back(StrayBlock{worker, block});
}

std::vector<BlockMaster::StrayBlock> BlockMaster::TakeStrayBlocks(size_t limit) {
  WriterLock lock(lock_);
  size_t count = std::min(limit, strays_.size());
  std::vector<StrayBlock> taken(strays_.end() - static_cast<ptrdiff_t>(count), strays_.end());
  strays_.resize(strays_.size() - count);
  while (taken.size() < limit && !early_.empty()) {
    auto first = early_.begin();
    for (const SlotLocation& place : first->second) {
      if (const Worker* holder = workers_.OfSlot(place.slot)) {
        taken.push_back(StrayBlock{holder->id, first->first});
      }
    }
    early_locations_ -= first->second.size();
    early_.erase(first);
  }
  return taken;
}

void BlockMaster::FreeOn(const StrayBlock& stray) {
  WriterLock lock(lock_);
  Worker* worker = workers_.Find(stray.worker);
  // It may have been committed meanwhile.
  if (worker != nullptr && !table_.Contains(stray.block)) worker->to_free.push_back(stray.block);
}

std::vector<BlockId> BlockMaster::BlockIdsOfShard(size_t shard) const {
  std::vector<BlockId> ids;
  ReaderLock lock(lock_);
  table_.VisitShard(shard, [&ids](BlockId id, int64_t) { ids.push_back(id); });
  return ids;
}

size_t BlockMaster::block_count() const {
  ReaderLock lock(lock_);
  return table_.size();
}

}  // namespace alluxio::master
