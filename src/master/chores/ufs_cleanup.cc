// Cleans the under stores: when a master begins to serve, and from then on at every interval.
#include "env/clock.h"
#include "master/chores/chores.h"
#include "master/ops/fs_operations.h"

namespace alluxio::master {

void CleanUnderStores(const ChoreParts& parts, const ChoreSettings& settings,
                      ChoreMemory& memory) {
  if (!settings.ufs_cleanup_enabled) return;
  Duration now = parts.clock->Monotonic();
  if (memory.next_ufs_cleanup.has_value() && now < *memory.next_ufs_cleanup) return;
  memory.next_ufs_cleanup = now + settings.ufs_cleanup_interval;
  parts.operations->CleanUnderStores(parts.clock->NowMs());
}

}  // namespace alluxio::master
