// LoadJobTable: the load jobs of the journal: what was asked for, and how it ended. How far a job
// has come is LoadRun's business, and a new primary starts over: what is cached already is skipped.
//
// Guarded by the tree lock: Apply needs it exclusively, everything else shared.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "master/state/edit.h"
#include "master/state/journaled_part.h"

namespace alluxio::master {

// Numbers are those of the journal.
enum class LoadJobState : uint8_t { kCreated = 1, kStopped = 2, kSucceeded = 3, kFailed = 4 };

struct LoadJob {
  std::string path;
  std::string id;
  std::string user;  // "" = nobody
  LoadJobState state = LoadJobState::kCreated;
  std::optional<int64_t> bandwidth;  // bytes a second and worker
  bool verify = false;
  bool partial_listing = false;
  std::optional<int64_t> end_time_ms;

  bool done() const {
    return state == LoadJobState::kSucceeded || state == LoadJobState::kFailed;
  }
  bool running() const { return state == LoadJobState::kCreated; }
};

class LoadJobTable final : public EntryListPart {
 public:
  // One job a path, as in Alluxio 2.9. Null when there is none.
  const LoadJob* Find(const std::string& path) const;
  const std::map<std::string, LoadJob>& all() const { return jobs_; }

  std::string_view checkpoint_name() const override { return "SCHEDULER"; }
  // Masters before 2.9.1 do not know the part: they read checkpoints of clusters that load nothing.
  bool InCheckpoint() const override { return !jobs_.empty(); }
  Result<Handling> Apply(const journal::JournalEntry& entry) override;
  void Reset() override;
  Status VisitEntries(const journal::EntryVisitor& visit) const override;

 private:
  void DropOldest();

  std::map<std::string, LoadJob> jobs_;
};

// The entry that says what `job` is like from now on.
Edit LoadJobEdit(const LoadJob& job);

}  // namespace alluxio::master
