// RetryCache: client operations that are done, so that a retried call is not done twice.
//
// Filled in Apply from the operation id that the completing entry carries (EditContext::
// RecordOutcome), so it is the same after replay and failover; not part of checkpoints. Holds the
// newest `limit` operations. Thread-safe.
#pragma once

#include <list>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "journal/journal.h"
#include "model/fs_options.h"
#include "model/ids.h"

namespace alluxio::master {

enum class OutcomeKind : uint8_t {
  kCreatedFile, kCreatedDirectory, kDeleted, kRenamed, kUpdated, kOther
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kOther;
  InodeId inode = kNoInode;  // the inode the completing entry was about
  bool operator==(const Outcome&) const = default;
};

class RetryCache {
 public:
  explicit RetryCache(size_t limit = 100'000) : limit_(limit) {}

  // The outcome of this operation when it is done already. Counts as a use.
  std::optional<Outcome> Find(const OperationId& id);
  void Remember(const OperationId& id, const Outcome& outcome);
  // Remembers what a journal entry with an operation id stands for; others are ignored.
  void RememberEntry(const journal::JournalEntry& entry);
  void Clear();
  size_t size() const;

 private:
  struct KeyHash {
    size_t operator()(const OperationId& id) const;
  };
  struct Item {
    OperationId id;
    Outcome outcome;
  };

  const size_t limit_;
  mutable Mutex mutex_;
  std::list<Item> newest_first_ GUARDED_BY(mutex_);
  absl::flat_hash_map<OperationId, std::list<Item>::iterator, KeyHash> by_id_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::master
