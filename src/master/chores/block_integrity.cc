// Blocks without a file: on workers (strays) and in the block map (orphans).
//
// Only blocks whose file is not in the namespace go. A file being written is in the namespace, so
// its blocks are safe although nobody committed them yet. An orphan must be seen by two checks in a
// row, because a file that is being loaded may have its blocks recorded just before itself.
#include "base/log.h"
#include "env/clock.h"
#include "master/block/block_master.h"
#include "master/chores/chores.h"
#include "master/state/op_context.h"
#include "master/tree/inode_tree.h"

namespace alluxio::master {
namespace {

constexpr size_t kStrayBatch = 10'000;
constexpr size_t kMaxOrphans = 1'000'000;
constexpr size_t kSlice = 1000;  // look-ups under one hold of the tree lock

template <typename Item, typename BlockOf>
std::vector<Item> WithoutFile(const InodeTree& tree, const std::vector<Item>& items,
                              BlockOf block_of) {
  std::vector<Item> homeless;
  for (size_t first = 0; first < items.size(); first += kSlice) {
    ReaderLock lock(tree.lock());
    for (size_t i = first; i < std::min(items.size(), first + kSlice); ++i) {
      if (!tree.Find(FileIdOfBlock(block_of(items[i])))) homeless.push_back(items[i]);
    }
  }
  return homeless;
}

}  // namespace

void FreeStrayBlocks(const ChoreParts& parts, const ChoreSettings&, ChoreMemory&) {
  size_t freed = 0;
  for (bool more = true; more;) {
    std::vector<BlockMaster::StrayBlock> strays = parts.blocks->TakeStrayBlocks(kStrayBatch);
    more = strays.size() == kStrayBatch;
    auto block_of = [](const BlockMaster::StrayBlock& stray) { return stray.block; };
    for (const BlockMaster::StrayBlock& stray : WithoutFile(*parts.tree, strays, block_of)) {
      parts.blocks->FreeOn(stray);
      ++freed;
    }
  }
  if (freed > 0) LOG_INFO("stray-blocks: workers are told to free blocks={}", freed);
}

void CheckBlockIntegrity(const ChoreParts& parts, const ChoreSettings& settings,
                         ChoreMemory& memory) {
  std::set<BlockId> orphans;
  size_t removed = 0;
  for (size_t shard = 0; shard < BlockTable::kShards; ++shard) {
    std::vector<BlockId> ids = parts.blocks->BlockIdsOfShard(shard);
    std::vector<BlockId> certain;
    for (BlockId id : WithoutFile(*parts.tree, ids, [](BlockId block) { return block; })) {
      if (memory.orphans.count(id) > 0) {
        certain.push_back(id);
      } else if (orphans.size() < kMaxOrphans) {
        orphans.insert(id);
      }
    }
    if (certain.empty()) continue;
    removed += certain.size();
    if (!settings.block_integrity_repair) continue;
    OpContext context(ChoreContext(*parts.clock));
    LogIfError(parts.blocks->RemoveBlocks(context, certain), "removing blocks without a file");
  }
  memory.orphans = std::move(orphans);
  if (removed > 0) {
    LOG_WARN("integrity: blocks without a file blocks={} removed={}", removed,
             settings.block_integrity_repair);
  }
}

}  // namespace alluxio::master
