// Notices silent workers, and files that lost their last copy with one.
#include <set>

#include "base/log.h"
#include "env/clock.h"
#include "master/block/block_master.h"
#include "master/chores/chores.h"
#include "master/ops/fs_operations.h"
#include "master/state/op_context.h"

namespace alluxio::master {
namespace {

constexpr size_t kLostBatch = 100'000;

}  // namespace

void CheckLostWorkers(const ChoreParts& parts, const ChoreSettings&, ChoreMemory&) {
  parts.blocks->CheckWorkers();
}

void MarkLostFiles(const ChoreParts& parts, const ChoreSettings&, ChoreMemory&) {
  for (bool more = true; more;) {
    std::vector<BlockId> blocks = parts.blocks->TakeLostBlocks(kLostBatch);
    more = blocks.size() == kLostBatch;
    std::set<InodeId> files;
    for (BlockId block : blocks) files.insert(FileIdOfBlock(block));
    for (InodeId file : files) {
      OpContext context(ChoreContext(*parts.clock));
      Status status = parts.operations->MarkLost(context, file);
      if (!status.ok()) {
        LOG_WARN("lost-files: cannot mark file={} error={}", file, status.ToString());
      }
    }
  }
}

}  // namespace alluxio::master
