// BackupDesk: backups that were asked for, by id: one at a time, the last few remembered.
//
// Thread-safe. Take() blocks; Begin() works on a thread of the desk.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "env/executor.h"
#include "env/rng.h"

namespace alluxio::master {

struct BackupWish {
  std::string directory;  // "": alluxio.master.backup.directory
  bool local = false;     // on this host instead of in the root under store
};

struct BackupDone {
  std::string uri;
  int64_t entries = 0;
};

class BackupDesk {
 public:
  using Run = std::function<Result<BackupDone>(const BackupWish& wish)>;
  static constexpr size_t kRemembered = 16;

  // `rng` outlives the desk.
  BackupDesk(Run run, Rng& rng);
  ~BackupDesk();  // waits for one that runs

  struct Record {
    std::string id;
    bool running = true;
    Status failure;
    BackupDone done;
  };
  // ABORTED "Backup in progress" while another one runs.
  Result<Record> Begin(const BackupWish& wish) EXCLUDES(mutex_);
  Result<Record> Take(const BackupWish& wish) EXCLUDES(mutex_);
  // Nothing for an id that nobody has asked for, or that was long ago.
  std::optional<Record> Find(const std::string& id) const EXCLUDES(mutex_);

 private:
  Result<std::string> Claim() EXCLUDES(mutex_);
  Record Work(const std::string& id, const BackupWish& wish) EXCLUDES(mutex_);

  const Run run_;
  Rng& rng_;
  mutable Mutex mutex_{LockRank::kLeaf};
  std::string running_ GUARDED_BY(mutex_);
  std::map<std::string, Record> records_ GUARDED_BY(mutex_);
  std::vector<std::string> order_ GUARDED_BY(mutex_);
  std::unique_ptr<Executor> thread_;  // last: ends before what it uses
};

}  // namespace alluxio::master
