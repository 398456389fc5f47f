// ChangeLog: what each master has not been told yet of the blocks here. A master that is away costs
// the others nothing: it has a list of its own, and one that grows too long is dropped, after which
// that master gets a whole report. Thread-compatible; BlockStore guards it.
#pragma once

#include <map>

#include "worker/store/store_report.h"

namespace alluxio::worker {

// Who reports to one master.
using ReporterId = int;

class ChangeLog {
 public:
  static constexpr size_t kMaxKept = 200'000;  // block ids for one reporter

  // Begins without a report: nothing is kept for it before Reported().
  ReporterId Add();
  void Remove(ReporterId reporter) { pending_.erase(reporter); }

  void NoteAdded(BlockId id, const StorageLocation& location);
  void NoteRemoved(BlockId id);

  // Everything as of now is on its way to that master; changes are kept from here on.
  void Reported(ReporterId reporter);
  // At most `limit` changes; `lost` when a whole report is needed instead.
  StoreChanges Take(ReporterId reporter, size_t limit);
  void Return(ReporterId reporter, StoreChanges changes);

 private:
  static void DropIfTooLong(StoreChanges& changes);

  std::map<ReporterId, StoreChanges> pending_;
  ReporterId last_ = 0;
};

}  // namespace alluxio::worker
