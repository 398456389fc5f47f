// Finds files to be written to their under store; workers take them with their heartbeats.
#include "master/chores/chores.h"
#include "master/chores/persist_queue.h"

namespace alluxio::master {

void FillPersistQueue(const ChoreParts& parts, const ChoreSettings&, ChoreMemory&) {
  parts.persist->Fill();
}

}  // namespace alluxio::master
