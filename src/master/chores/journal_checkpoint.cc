// Writes a checkpoint when many entries, or a day, have passed since the last one. The journal
// drops the logs a checkpoint covers by itself.
#include "base/log.h"
#include "env/clock.h"
#include "master/chores/chores.h"

namespace alluxio::master {

void CheckpointJournal(const ChoreParts& parts, const ChoreSettings& settings,
                       ChoreMemory& memory) {
  int64_t entries = parts.entries_since_checkpoint();
  Duration now = parts.clock->Monotonic();
  bool many = settings.checkpoint_entries > 0 && entries >= settings.checkpoint_entries;
  bool old = entries > 0 && now - memory.last_checkpoint >= settings.checkpoint_age;
  if (!many && !old) return;
  LOG_INFO("checkpoint: begins entries={}", entries);
  Status status = parts.checkpoint();
  Duration took = parts.clock->Monotonic() - now;
  if (status.ok()) {
    LOG_INFO("checkpoint: written ms={}", ToMillis(took));
    memory.last_checkpoint = parts.clock->Monotonic();
  } else {
    LOG_ERROR("checkpoint: failed ms={} error={}", ToMillis(took), status.ToString());
  }
}

}  // namespace alluxio::master
