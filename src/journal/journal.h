// Journal: the durable, ordered history of the master's state.
//
// One journal per component (BlockMaster, FileSystemMaster, MetaMaster), each with sequence
// numbers of its own as Alluxio 2.9 has them; one Position counts appends over all of them in this
// process, so that durability is one number. State changes only in Apply (see StateMachine):
//
//   live:    build entry -> Append -> Apply -> release locks -> WhenDurable(position, reply)
//   replay:  checkpoint -> entries in order -> Apply
//
// Append never touches the disk; a flusher thread group-commits what has gathered and completes
// the waiters. When the disk fails for good the journal stops: every later call gets UNAVAILABLE
// and the process must end, because memory is ahead of the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/callback.h"
#include "base/result.h"

namespace alluxio::proto::journal {
class JournalEntry;
}

namespace alluxio::journal {

using JournalEntry = ::alluxio::proto::journal::JournalEntry;

enum class Component { kFileSystem, kBlock, kMeta };
inline constexpr Component kComponents[] = {Component::kFileSystem, Component::kBlock,
                                            Component::kMeta};
// The component that an entry's payload belongs to; nothing for Alluxio's tables, which have no
// component here, and for an entry without payload.
std::optional<Component> ComponentOf(const JournalEntry& entry);
std::string_view ComponentName(Component component);  // "FileSystemMaster" ... the folder names

// Counts appended entries over all components since the process started; 0 = nothing.
using Position = uint64_t;

// Receives a checkpoint as a run of bytes; not thread-safe.
class CheckpointSink {
 public:
  virtual ~CheckpointSink() = default;
  virtual Status Write(std::string_view data) = 0;
  // It covers the entries below this; -1 where nobody knows.
  virtual int64_t end() const { return -1; }
  // Tells whoever asked for it what went wrong beside the checkpoint.
  virtual void Note(std::string_view text) { (void)text; }
};

// Hands out a checkpoint's bytes; not thread-safe.
class CheckpointSource {
 public:
  virtual ~CheckpointSource() = default;
  // Reads exactly `size` bytes, or fewer only at the end.
  virtual Result<size_t> Read(char* into, size_t size) = 0;
  // As CheckpointSink's.
  virtual int64_t end() const { return -1; }
};

using EntryVisitor = std::function<Status(const JournalEntry&)>;

// One component's state. The journal calls these from one thread at a time, during replay only;
// live edits call Apply themselves, under their locks.
class StateMachine {
 public:
  virtual ~StateMachine() = default;
  virtual Component component() const = 0;
  // The only way state changes. An entry this component does not know is INVALID_ARGUMENT.
  virtual Status Apply(const JournalEntry& entry) = 0;
  // Replay: asks for the memory that Apply of this entry will read, while entries before it are
  // applied. Changes nothing, waits for nothing, and takes any entry.
  virtual void Prefetch(const JournalEntry& entry) const { (void)entry; }
  virtual void Reset() = 0;
  // The bytes of Alluxio's checkpoint of this component, type tag and all. Called on a frozen
  // image of the state (a forked child), so it takes no lock.
  virtual Status WriteCheckpoint(CheckpointSink& sink) const = 0;
  // Into an empty component. ABORTED: something beside the checkpoint did not fit it and is gone;
  // reset the component and read it again.
  virtual Status ReadCheckpoint(CheckpointSource& source) = 0;
  // Calls `visit` for each entry that, applied in order to an empty component, gives this state:
  // the form of backups. Called like WriteCheckpoint.
  virtual Status VisitEntries(const EntryVisitor& visit) const = 0;
};

struct ReplayReport {
  uint64_t entries = 0;
  uint64_t checkpoints = 0;
  double seconds = 0;
};

class Journal {
 public:
  virtual ~Journal() = default;

  // Loads the newest checkpoint of each component, then every entry after it, then opens for
  // writing. `machines` must outlive the journal. DATA_LOSS with file and offset for a damaged
  // journal, FAILED_PRECONDITION when it is not formatted or another process owns it.
  virtual Result<ReplayReport> Recover(const std::vector<StateMachine*>& machines) = 0;

  // Takes a copy of the entry, gives it the component's next sequence number, queues it. The
  // caller holds the lock that orders its component's entries. Unbounded waiting never happens
  // here: when the queue is over its limit, WouldAdmit() says so before an operation starts.
  virtual Position Append(Component component, const JournalEntry& entry) = 0;

  // What is appended between the two, from the first entry of `component` on and to whatever
  // component, becomes durable in one write: a crash leaves all of an operation's entries or none
  // (but for a write that a power loss tears). The caller holds the lock that orders `component`;
  // calls may nest. Nobody may wait in between for what was appended since.
  virtual void BeginTogether(Component) {}
  virtual void EndTogether(Component) {}

  // False while more is queued than the limit: answer RESOURCE_EXHAUSTED... before any change.
  virtual bool WouldAdmit() const = 0;

  // Everything up to this position survives power loss. Lock-free.
  virtual Position durable() const = 0;
  virtual Position appended() const = 0;

  // Runs `done` once `position` is durable (at once, on this thread, when it is already), or with
  // UNAVAILABLE when that can no longer happen. Otherwise on a thread of the journal: do not block
  // it.
  virtual void WhenDurable(Position position, Callback<void(Status)> done) = 0;
  // Blocking form, for start-up and background chores.
  virtual Status WaitDurable(Position position) = 0;

  // Writes a checkpoint of every component that has new entries, and drops what it covers, while
  // edits go on. `freeze` must call its argument with all state locks held exclusively.
  virtual Status Checkpoint(const std::function<void(const std::function<void()>&)>& freeze) = 0;

  // Completes the open logs and closes. Nothing may be appended afterwards.
  virtual Status Close() = 0;
};

}  // namespace alluxio::journal
