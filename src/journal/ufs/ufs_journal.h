// UfsJournal: the journal in Alluxio 2.9's format on an under store.
//
//   Append (any thread)           flusher thread                      waiters
//   frame -> buffer of component  take all buffers                    WhenDurable
//                                 FileSystem, Block, Meta: write, sync
//                                 publish position  ----------------> run in order of position
//
// A flush begins as soon as something is buffered and no flush is running, so it takes what came
// in during the previous one and needs no timer. Failed writes are tried again every second until
// flush_timeout; then the journal has failed for good.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/duration.h"
#include "env/clock.h"
#include "env/rng.h"
#include "journal/journal.h"
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
  // Runs once, on the flusher thread, when the journal has failed for good.
  std::function<void(const Status&)> on_fatal;
  Clock* clock = &Clock::Real();               // outlive the journal
  Rng* rng = &Rng::Real();

  // alluxio.master.journal.log.size.bytes.max and .flush.timeout.
  static UfsJournalOptions From(const conf::Configuration& conf);
};

class UfsJournal : public Journal {
 public:
  // `ufs` is opened at the journal folder. Nothing is read or written before Recover().
  static std::unique_ptr<UfsJournal> Create(std::shared_ptr<ufs::Ufs> ufs,
                                            UfsJournalOptions options);

  // The largest number of entries of a component that no checkpoint covers.
  virtual int64_t EntriesSinceCheckpoint() const = 0;
  // The sequence number the component's next entry will get.
  virtual int64_t NextSequenceNumber(Component component) const = 0;
};

}  // namespace alluxio::journal
