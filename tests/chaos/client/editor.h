// Editor: one client of the namespace that does one random call after the other and writes each
// into the history. Its folders are /chaos/g<number>, each with the names a, b, c, which come and
// go as files and directories, and a file x in those that are directories.
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "env/rng.h"
#include "stub/fs_master_client.h"
#include "tests/chaos/client/history.h"

namespace alluxio::chaos {

// What all editors of a program share.
struct Plan {
  int64_t begin = 0;          // monotonic, in nanoseconds
  int64_t group_seconds = 8;  // the folders that are worked on change as often
  int64_t groups_at_once = 6;
  std::atomic<int64_t> number{1};  // the next one that nobody has written yet
  std::atomic<bool> stop{false};

  int64_t GroupNow(Rng& rng) const;
  int64_t GroupsUntilNow() const;
};

// How an editor reaches a master: a fresh connection each time it is called.
using Connect = std::function<std::shared_ptr<stub::MasterConnection>()>;

class Editor {
 public:
  Editor(int client, Plan& plan, History& history, uint64_t seed, Connect connect);

  // Random calls until plan.stop; pauses of at most `think_ms`, random too.
  void Run(int64_t think_ms);
  // The same over a connection that always leads to one master, whoever is the primary. Edits are
  // sent only when the last call was served; refusals are not written down when they say nothing.
  void RunAtOneMaster(bool edits);
  // Looks at every name of the groups 0 to groups - 1. False when a call failed.
  bool ReadAll(int64_t groups);

 private:
  // Never returns an outcome: it is in the history. False when it is not known.
  bool One(bool edit);
  bool Do(Call call);
  bool MakeFolder(int64_t group);
  Status Send(Call& call);
  Status Edit(const Call& call, const std::string& path);
  std::string AnyPath();
  std::string Folder(int64_t group) const { return "/chaos/g" + std::to_string(group); }

  const int client_;
  Plan& plan_;
  History& history_;
  const std::unique_ptr<Rng> rng_;
  const Connect connect_;
  std::unique_ptr<stub::FileSystemMasterClient> master_;
  std::set<int64_t> made_;  // groups whose folders are there
  bool reading_ = false;    // for the last time: no folder is made any more
};

}  // namespace alluxio::chaos
