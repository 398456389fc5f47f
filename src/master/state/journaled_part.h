// JournaledPart: one part of a component's state, with its own entries and checkpoint.
//
// FileSystemMaster is made of six (CompositeStateMachine puts them together, in this order):
//   INODE_TREE, INODE_DIRECTORY_ID_GENERATOR, MOUNT_TABLE, MASTER_UFS_MANAGER, ACTIVE_SYNC_MANAGER,
//   SCHEDULER
//
// Thread-safety as journal::StateMachine: Apply runs under the component's lock, or in replay.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "journal/journal.h"

namespace alluxio::master {

enum class Handling : uint8_t { kHandled, kNotMine };

class JournaledPart {
 public:
  virtual ~JournaledPart() = default;
  // The name of this part in a COMPOUND checkpoint.
  virtual std::string_view checkpoint_name() const = 0;
  // False: a checkpoint leaves this part out, and reading one without it leaves it empty.
  virtual bool InCheckpoint() const { return true; }
  // kNotMine for a payload kind of another part; an error when the entry cannot be applied.
  virtual Result<Handling> Apply(const journal::JournalEntry& entry) = 0;
  // As journal::StateMachine's.
  virtual void Prefetch(const journal::JournalEntry& entry) const { (void)entry; }
  virtual void Reset() = 0;
  // Type tag and body. Called on a frozen image (forked child): takes no lock.
  virtual Status WriteCheckpoint(journal::CheckpointSink& sink) const = 0;
  // The source holds exactly what WriteCheckpoint wrote (or Java wrote for this name).
  virtual Status ReadCheckpoint(journal::CheckpointSource& source) = 0;
  // As journal::StateMachine's.
  virtual Status VisitEntries(const journal::EntryVisitor& visit) const = 0;
};

// A part whose checkpoint is a list of the entries that rebuild it (type JOURNAL_ENTRY).
class EntryListPart : public JournaledPart {
 public:
  using EntryVisitor = journal::EntryVisitor;

  Status WriteCheckpoint(journal::CheckpointSink& sink) const final;
  // Applies each entry; entries this part does not know are skipped, as Java does.
  Status ReadCheckpoint(journal::CheckpointSource& source) final;
};

}  // namespace alluxio::master
