// Finishes edits that ended half way between the namespace and an under store.
#include "master/chores/chores.h"
#include "master/ops/fs_operations.h"

namespace alluxio::master {

void FinishStoreEdits(const ChoreParts& parts, const ChoreSettings&, ChoreMemory&) {
  parts.operations->RepairStoreEdits(*parts.clock);
}

}  // namespace alluxio::master
