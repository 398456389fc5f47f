// UfsJournal: the journal in Alluxio 2.9's format on an under store.
//
//   Append (any thread)           flusher thread                      waiters
//   frame -> buffer of component  take all buffers                    WhenDurable
//                                 FileSystem, Block, Meta: write, sync
//                                 publish position  ----------------> run in order of position
//
// A flush begins as soon as something is buffered and no flush is running, so it takes what came
// in during the previous one; on a slow store it gives those a moment who were answered by the
// previous one (flush_pace.h). Failed writes are tried again every second until
// flush_timeout; then the journal has failed for good, and so it has when a call to the store does
// not come back by then.
//
// With several masters on the folder (docs/design/0005-several-masters.md) each one does
//
//   Follow ---> reads what the primary writes ---> TakeOver ---> Append, as above
//
// and Recover() is both for a master that is alone. Every change of the folder asks the lease
// first; while it is over, nothing is written and waiters are held.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/duration.h"
#include "election/lease.h"
#include "env/clock.h"
#include "env/rng.h"
#include "journal/journal.h"
#include "journal/ufs/component_takeover.h"
#include "journal/ufs/folder_follower.h"
#include "ufs/ufs.h"

namespace alluxio::conf {
class Configuration;
}

namespace alluxio::journal {

struct UfsJournalOptions {
  int64_t log_size_bytes_max = 10 << 20;       // a log is completed beyond this
  Duration flush_timeout = std::chrono::minutes(5);
  Duration retry_interval = std::chrono::seconds(1);
  size_t queue_limit_bytes = 64 << 20;         // WouldAdmit() is false beyond this
  // Runs once, on a thread of the journal, when it has failed for good: the disk, or the lease has
  // ended while something was to be written. The flusher may still be stuck in a call; Close()
  // waits for that.
  std::function<void(const Status&)> on_fatal;
  Clock* clock = &Clock::Real();               // outlive the journal
  Rng* rng = &Rng::Real();
  election::Lease* lease = &election::Lease::Forever();
  // A standby writes a checkpoint only when everything in it is known to be durable; it gives one
  // up that is not by this time.
  Duration checkpoint_patience = std::chrono::minutes(1);
  // A store that does not answer at the start, or cannot say yet where the files are, is waited for
  // this long, or until `stopping`.
  Duration start_patience{};
  std::function<bool()> stopping;
  Duration tend_interval = std::chrono::seconds(10);  // between looks at the logs when idle

  // alluxio.master.journal.log.size.bytes.max and .flush.timeout, which is start_patience as well.
  static UfsJournalOptions From(const conf::Configuration& conf);
};

class UfsJournal : public Journal {
 public:
  // `ufs` is opened at the journal folder. Nothing is read or written before Recover() or Follow().
  static std::unique_ptr<UfsJournal> Create(std::shared_ptr<ufs::Ufs> ufs,
                                            UfsJournalOptions options);

  // Reads everything there is, without changing the folder or locking it, and goes on reading on a
  // thread of its own until TakeOver() or Close(). Errors as of Recover().
  virtual Result<ReplayReport> Follow(const std::vector<StateMachine*>& machines,
                                      FollowOptions options) = 0;
  virtual JournalLag Lag() const = 0;
  // Stops following, reads the tail, completes what the predecessor left open, writes `entry` for
  // each component and opens for appending. The lease must be held; UNAVAILABLE when it ends
  // meanwhile, ABORTED when what was applied is not what the journal has. After an error the
  // journal is good for nothing but Close().
  virtual Status TakeOver(const TakeoverEntry& entry) = 0;

  // Writes delimited entries to `sink` that rebuild the state as of one moment, component by
  // component, while edits go on; returns their number once all they stand for is durable.
  // `freeze` as of Checkpoint(). ABORTED while another one or a checkpoint is running.
  virtual Result<int64_t> Backup(
      const std::function<void(const std::function<void()>&)>& freeze, CheckpointSink& sink) = 0;

  // The largest number of entries of a component that no checkpoint covers.
  virtual int64_t EntriesSinceCheckpoint() const = 0;
  // The sequence number the component's next entry will get, or, of a follower, that it reads next.
  virtual int64_t NextSequenceNumber(Component component) const = 0;
};

}  // namespace alluxio::journal
