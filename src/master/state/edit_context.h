// Ledger: the journal and the machines it feeds. EditContext: the edits of one operation.
//
//   WriterLock lock(tree.lock());
//   EditContext edits(ledger, op);
//   edits.Record(NewDirectoryEdit(directory));          // appended and applied
//
// After a crash the journal has all edits of a context or none of them, so a context lives in the
// lock that orders them and nobody waits for their durability while it does.
//
// The caller checks everything first: an edit whose Apply fails ends the process, because the
// journal already holds it.
#pragma once

#include <optional>

#include "master/state/edit.h"
#include "master/state/op_context.h"
#include "master/state/retry_cache.h"
#include "master/state/undurable_edits.h"

namespace alluxio::master {

// Wired once per master; everything outlives its users. Journal must be recovered.
struct Ledger {
  journal::Journal* journal = nullptr;
  journal::StateMachine* file_system = nullptr;
  journal::StateMachine* block = nullptr;
  journal::StateMachine* meta = nullptr;
  UndurableEdits* undurable = nullptr;  // may be null in tests
  RetryCache* retries = nullptr;        // may be null in tests
};

class EditContext {
 public:
  EditContext(Ledger& ledger, OpContext& op) : ledger_(ledger), op_(op) {}
  EditContext(const EditContext&) = delete;
  EditContext& operator=(const EditContext&) = delete;
  ~EditContext();

  // RESOURCE_EXHAUSTED when the journal cannot take more now: ask before the first edit.
  Status CheckAdmitted() const;

  // Append and Apply in one step. The caller holds the lock that orders the edit's component
  // (tree lock exclusively, block lock, meta lock). Raises op.position().
  void Record(Edit edit);
  // The same for the edit that completes the client's operation: it carries the operation id, so
  // that a retry of the call, also after a failover, is answered from the RetryCache. In an
  // operation of many edits this is the last one the client's result depends on.
  void RecordOutcome(Edit edit);

  // Position of the last edit; 0 when there was none.
  journal::Position last() const { return last_; }
  Ledger& ledger() { return ledger_; }
  OpContext& op() { return op_; }

 private:
  Ledger& ledger_;
  OpContext& op_;
  journal::Position last_ = 0;
  std::optional<journal::Component> begun_;  // of the first edit
};

}  // namespace alluxio::master
