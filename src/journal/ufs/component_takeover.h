// ComponentTakeover: makes one component's logs ours, when whoever wrote them cannot any more.
//
//   1 read the tail
//   2 put a copy of its good bytes in the place of each open log, which nobody has a handle on, and
//     give that the completed name; delete what has no entries
//   3 a log of one entry [N, N+1), which is refused when somebody has it already
//
// Each step may be the last of a process that loses its place; the next one begins at 1 and finds
// what it needs (docs/design/0005-several-masters.md says why this fences). Thread-compatible.
#pragma once

#include <functional>

#include "base/status.h"
#include "journal/journal.h"
#include "journal/ufs/component_follower.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

// The entry that a component's new owner begins with. Asked after the tail was applied, with no
// lock held, and again when somebody was faster; it must change nothing in a state that has it.
using TakeoverEntry = std::function<JournalEntry(Component)>;

class ComponentTakeover {
 public:
  // `ufs` asks the fence before each change. Without `entry` step 3 is left out: that is for a
  // folder with a single master. Both outlive this.
  ComponentTakeover(ufs::Ufs& ufs, Component component, ComponentFollower& follower,
                    const TakeoverEntry& entry)
      : ufs_(ufs), component_(component), follower_(follower), entry_(entry) {}

  // OK: no log is open, and nobody but us will write number follower.next().
  Status Run();

  // Deletes logs that a process which had lost its place opened late: they are empty, and readers
  // pass over them, but a Java master expects one open log at most.
  static Status DropLateLogs(ufs::Ufs& ufs, std::string_view component_name);

 private:
  static constexpr int kAttempts = 20;

  Status Attempt();
  Status Complete(const ComponentFollower::OpenLog& log);
  Status Copy(const ComponentFollower::OpenLog& log);
  Status WriteEntry();

  ufs::Ufs& ufs_;
  const Component component_;
  ComponentFollower& follower_;
  const TakeoverEntry& entry_;
};

}  // namespace alluxio::journal
