// The journal side of BlockMaster: entries and checkpoint.
#include "base/check.h"
#include "master/block/block_master.h"
#include "master/state/image_checkpoint.h"
#include "master/state/journaled_part.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

// The checkpoint is a plain list: the container reservation, then one block_info a block.
class BlockMaster::Entries final : public EntryListPart {
 public:
  explicit Entries(BlockMaster& master) : master_(master) {}
  std::string_view checkpoint_name() const override { return "BLOCK_MASTER"; }
  Result<Handling> Apply(const journal::JournalEntry& entry) override {
    bool mine = entry.has_block_container_id_generator() || entry.has_block_info() ||
                entry.has_delete_block();
    if (!mine) return Handling::kNotMine;
    RETURN_IF_ERROR(master_.Apply(entry));
    return Handling::kHandled;
  }
  void Reset() override { master_.Reset(); }
  Status VisitEntries(const EntryVisitor& visit) const override NO_THREAD_SAFETY_ANALYSIS {
    journal::JournalEntry entry;
    entry.mutable_block_container_id_generator()->set_next_container_id(
        master_.containers_.journaled_limit);
    RETURN_IF_ERROR(visit(entry));
    Status status;
    for (size_t shard = 0; shard < BlockTable::kShards && status.ok(); ++shard) {
      master_.table_.VisitShard(shard, [&](BlockId id, int64_t length) {
        if (!status.ok()) return;
        entry.Clear();
        entry.mutable_block_info()->set_block_id(id);
        entry.mutable_block_info()->set_length(length);
        status = visit(entry);
      });
    }
    return status;
  }

 private:
  BlockMaster& master_;
};

Status BlockMaster::Apply(const journal::JournalEntry& entry) {
  if (entry.has_block_info()) {
    const auto& block = entry.block_info();
    if (block.block_id() < 0) {
      return InvalidArgument("block_info: invalid block id " + std::to_string(block.block_id()));
    }
    ApplyBlock(block.block_id(), block.has_length() ? block.length() : kUnknownLength);
    return OkStatus();
  }
  if (entry.has_delete_block()) {
    ApplyDelete(entry.delete_block().block_id());
    return OkStatus();
  }
  if (entry.has_block_container_id_generator()) {
    containers_.journaled_limit = entry.block_container_id_generator().next_container_id();
    return OkStatus();
  }
  return InvalidArgument("BlockMaster: an entry of another kind");
}

void BlockMaster::Prefetch(const journal::JournalEntry& entry) const {
  if (entry.has_block_info()) table_.Prefetch(entry.block_info().block_id());
}

void BlockMaster::Reset() {
  table_.Clear();
  early_.clear();
  early_locations_ = 0;
  containers_ = Containers{};
  lost_.clear();
  strays_.clear();
  scrubbing_.clear();
  workers_ = WorkerRegistry();
}

Status BlockMaster::WriteCheckpoint(journal::CheckpointSink& sink) const {
  // Entries only reads here; it has one constructor because replay goes through it too.
  Entries entries(const_cast<BlockMaster&>(*this));
  return WriteWithImage(
      options_.images, entries.checkpoint_name(), table_.MemoryBytes(), sink,
      [&entries](journal::CheckpointSink& into) { return entries.WriteCheckpoint(into); },
      [this](ImageWriter& image) NO_THREAD_SAFETY_ANALYSIS {
        RETURN_IF_ERROR(image.Value(containers_.journaled_limit));
        return table_.SaveImage(image);
      });
}

Status BlockMaster::VisitEntries(const journal::EntryVisitor& visit) const {
  return Entries(const_cast<BlockMaster&>(*this)).VisitEntries(visit);
}

Status BlockMaster::ReadCheckpoint(journal::CheckpointSource& source) {
  Entries entries(*this);
  return ReadWithImage(
      options_.images, entries.checkpoint_name(), source,
      [&entries](journal::CheckpointSource& from) { return entries.ReadCheckpoint(from); },
      [this](ImageReader& image) NO_THREAD_SAFETY_ANALYSIS {
        CHECK(early_.empty());
        RETURN_IF_ERROR(image.Value(&containers_.journaled_limit));
        return table_.LoadImage(image);
      });
}

}  // namespace alluxio::master
