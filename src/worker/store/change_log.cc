#include "worker/store/change_log.h"

namespace alluxio::worker {

ReporterId ChangeLog::Add() {
  pending_[++last_].lost = true;
  return last_;
}

void ChangeLog::DropIfTooLong(StoreChanges& changes) {
  if (changes.added.size() + changes.removed.size() <= kMaxKept) return;
  changes = {};
  changes.lost = true;
}

void ChangeLog::NoteAdded(BlockId id, const StorageLocation& location) {
  for (auto& [reporter, changes] : pending_) {
    if (changes.lost) continue;
    changes.removed.erase(id);
    changes.added[id] = location;
    DropIfTooLong(changes);
  }
}

void ChangeLog::NoteRemoved(BlockId id) {
  for (auto& [reporter, changes] : pending_) {
    if (changes.lost) continue;
    changes.added.erase(id);
    changes.removed.insert(id);
    DropIfTooLong(changes);
  }
}

void ChangeLog::Reported(ReporterId reporter) { pending_[reporter] = {}; }

StoreChanges ChangeLog::Take(ReporterId reporter, size_t limit) {
  StoreChanges& changes = pending_[reporter];
  StoreChanges taken;
  taken.lost = changes.lost;
  while (!changes.removed.empty() && limit > 0) {
    taken.removed.insert(changes.removed.extract(changes.removed.begin()));
    --limit;
  }
  while (!changes.added.empty() && limit > 0) {
    taken.added.insert(changes.added.extract(changes.added.begin()));
    --limit;
  }
  return taken;
}

void ChangeLog::Return(ReporterId reporter, StoreChanges changes) {
  StoreChanges& newer = pending_[reporter];
  if (newer.lost) return;
  // What happened since then is newer and wins.
  for (BlockId id : changes.removed) {
    if (!newer.added.contains(id)) newer.removed.insert(id);
  }
  for (auto& [id, location] : changes.added) {
    if (!newer.removed.contains(id)) newer.added.emplace(id, std::move(location));
  }
  DropIfTooLong(newer);
}

}  // namespace alluxio::worker
