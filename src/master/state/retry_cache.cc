#include "master/state/retry_cache.h"

#include "absl/hash/hash.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

namespace {

Outcome OutcomeOf(const journal::JournalEntry& entry) {
  if (entry.has_inode_file()) return {OutcomeKind::kCreatedFile, entry.inode_file().id()};
  if (entry.has_inode_directory()) {
    return {OutcomeKind::kCreatedDirectory, entry.inode_directory().id()};
  }
  if (entry.has_delete_file()) return {OutcomeKind::kDeleted, entry.delete_file().id()};
  if (entry.has_rename()) return {OutcomeKind::kRenamed, entry.rename().id()};
  if (entry.has_update_inode()) return {OutcomeKind::kUpdated, entry.update_inode().id()};
  if (entry.has_update_inode_file()) {
    return {OutcomeKind::kUpdated, entry.update_inode_file().id()};
  }
  return {};
}

}  // namespace

size_t RetryCache::KeyHash::operator()(const OperationId& id) const {
  return absl::HashOf(id.high, id.low);
}

std::optional<Outcome> RetryCache::Find(const OperationId& id) {
  MutexLock lock(mutex_);
  auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
  return found->second->outcome;
}

void RetryCache::Remember(const OperationId& id, const Outcome& outcome) {
  MutexLock lock(mutex_);
  if (auto found = by_id_.find(id); found != by_id_.end()) {
    found->second->outcome = outcome;
    newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
    return;
  }
  if (limit_ == 0) return;
  if (by_id_.size() >= limit_) {
    by_id_.erase(newest_first_.back().id);
    newest_first_.pop_back();
  }
  newest_first_.push_front(Item{id, outcome});
  by_id_[id] = newest_first_.begin();
}

void RetryCache::RememberEntry(const journal::JournalEntry& entry) {
  if (!entry.has_operationid()) return;
  OperationId id;
  id.high = entry.operationid().mostsignificantbits();
  id.low = entry.operationid().leastsignificantbits();
  Remember(id, OutcomeOf(entry));
}

void RetryCache::Clear() {
  MutexLock lock(mutex_);
  by_id_.clear();
  newest_first_.clear();
}

size_t RetryCache::size() const {
  MutexLock lock(mutex_);
  return by_id_.size();
}

}  // namespace alluxio::master
