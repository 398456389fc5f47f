// Checkpoints on their way from a forked child into files of the journal folder.
//
// On the pipe: one byte of kind, four of length (little-endian), so many bytes. 'D' data, 'E' end
// of a part, with what it noted, 'F' the part failed and the bytes say why. A stream that just ends
// is a failure too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "env/forked_child.h"
#include "env/rng.h"
#include "journal/journal.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

struct CheckpointPart {
  StateMachine* machine = nullptr;  // outlives the run
  int64_t end = 0;                  // the state after all entries below this
  std::string temporary_key;        // set once the bytes are in the folder
};

// In the child: writes every part in order.
void SendCheckpoints(const std::vector<CheckpointPart>& parts, ChildPipe& pipe);

// In the parent: stores every part under a temporary key, synced. On an error it deletes what it
// wrote.
Status ReceiveCheckpoints(ForkedChild& child, ufs::Ufs& ufs, Rng& rng,
                          std::vector<CheckpointPart>* parts);

// In the child: writes the state of every machine as delimited entries, and how many there are.
void SendEntries(const std::vector<StateMachine*>& machines, ChildPipe& pipe);
// In the parent: passes them on to `sink`; returns their number.
Result<int64_t> ReceiveEntries(ForkedChild& child, CheckpointSink& sink);

// Gives the parts their names in the journal; from then on they count.
Status CommitCheckpoints(ufs::Ufs& ufs, const std::vector<CheckpointPart>& parts);

// Keeps the two newest checkpoints of the component, and the logs the older of them needs, so that
// a damaged newest one is no loss; deletes what is older.
Status DropCovered(ufs::Ufs& ufs, std::string_view component_name);

// Deletes what was written of them; for parts that will not be committed.
void DropParts(ufs::Ufs& ufs, const std::vector<CheckpointPart>& parts);

// Deletes checkpoints a crash interrupted, of those that nobody has touched since `before_ms`:
// another master may be writing one.
Status DropTemporary(ufs::Ufs& ufs, std::string_view component_name, int64_t before_ms);

}  // namespace alluxio::journal
