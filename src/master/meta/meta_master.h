// MetaMaster: the cluster's identity and the properties set for paths.
//
// One lock orders its entries. Its rank is below BlockMaster's, so that a checkpoint can hold both.
// Small and rarely written. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/shared_mutex.h"
#include "env/rng.h"
#include "journal/journal.h"
#include "master/state/edit_context.h"

namespace alluxio::master {

using Properties = std::map<std::string, std::string>;

class MetaMaster final : public journal::StateMachine {
 public:
  // `ledger` outlives this and may be filled later.
  explicit MetaMaster(Ledger& ledger) : ledger_(ledger) {}

  // A text UUID; "" before the first EnsureClusterId of the cluster's life.
  std::string cluster_id() const;
  // Records a fresh id when there is none.
  Status EnsureClusterId(OpContext& context, Rng& rng);

  struct PathProperties {
    std::map<std::string, Properties> by_path;
    std::string hash;  // changes with the content only
    int64_t updated_ms = 0;
  };
  PathProperties GetPathProperties() const;
  // Adds to what is set for `path` (clean) already; same names are replaced. INVALID_ARGUMENT for
  // an empty name, RESOURCE_EXHAUSTED beyond kMaxPaths.
  static constexpr size_t kMaxPaths = 100'000;
  Status SetPathProperties(OpContext& context, const std::string& path, const Properties& added);
  // Removes the named ones, all when `names` is empty. OK when there was nothing.
  Status RemovePathProperties(OpContext& context, const std::string& path,
                              const std::vector<std::string>& names);

  journal::Component component() const override { return journal::Component::kMeta; }
  // The caller holds lock() exclusively, or replays.
  Status Apply(const journal::JournalEntry& entry) override NO_THREAD_SAFETY_ANALYSIS;
  void Reset() override NO_THREAD_SAFETY_ANALYSIS;
  Status WriteCheckpoint(journal::CheckpointSink& sink) const override;
  Status ReadCheckpoint(journal::CheckpointSource& source) override;
  Status VisitEntries(const journal::EntryVisitor& visit) const override;
  SharedMutex& lock() RETURN_CAPABILITY(lock_) { return lock_; }

 private:
  class Entries;

  Ledger& ledger_;
  mutable SharedMutex lock_{LockRank::kStore};
  std::string cluster_id_ GUARDED_BY(lock_);
  std::map<std::string, Properties> paths_ GUARDED_BY(lock_);
  int64_t updated_ms_ GUARDED_BY(lock_) = 0;  // of this process; informational
};

}  // namespace alluxio::master
