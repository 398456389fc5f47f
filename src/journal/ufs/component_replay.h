// Replaying one component: newest checkpoint, completed logs, then what its last owner left open.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "journal/journal.h"
#include "journal/ufs/journal_names.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

struct ComponentReplay {
  int64_t next_sequence_number = 0;
  int64_t checkpoint_end = 0;  // 0 = no checkpoint
  uint64_t entries = 0;        // applied
};

// Applies everything to `machine` (null: reads and checks only). DATA_LOSS with file and offset for
// damage, gaps, and numbers that do not match names. Bytes after the last whole entry of an open
// log are the torn end of a write nobody was told about, and are left out.
//
// Afterwards no open log is left: the good bytes of each become a completed log, in a new file, so
// that a process that still holds the old one cannot add to it.
Result<ComponentReplay> ReplayComponent(ufs::Ufs& ufs, std::string_view component_name,
                                        StateMachine* machine);

}  // namespace alluxio::journal
