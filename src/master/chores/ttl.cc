// Carries out the TTL actions of inodes whose time is over.
#include "base/log.h"
#include "env/clock.h"
#include "master/chores/chores.h"
#include "master/ops/fs_operations.h"
#include "master/state/op_context.h"

namespace alluxio::master {
namespace {

constexpr size_t kBatch = 1000;

}  // namespace

void ExpireTtl(const ChoreParts& parts, const ChoreSettings&, ChoreMemory&) {
  size_t expired = 0;
  for (bool more = true; more;) {
    int64_t now_ms = parts.clock->NowMs();
    std::vector<InodeId> ids = parts.operations->ExpiredInodes(now_ms, kBatch);
    size_t failed = 0;
    for (InodeId id : ids) {
      OpContext context(ChoreContext(*parts.clock));
      Status status = parts.operations->ExpireInode(context, id, now_ms);
      if (status.ok()) {
        ++expired;
      } else {
        // It stays in the list, so it is tried again at the next tick.
        ++failed;
        LOG_WARN("ttl: cannot expire inode={} error={}", id, status.ToString());
      }
    }
    // What failed comes first in the next batch as well: leave it for the next tick.
    more = ids.size() == kBatch && failed == 0;
  }
  if (expired > 0) LOG_INFO("ttl: expired inodes={}", expired);
}

}  // namespace alluxio::master
