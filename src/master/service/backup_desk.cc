#include "master/service/backup_desk.h"

#include "base/log.h"

namespace alluxio::master {

BackupDesk::BackupDesk(Run run, Rng& rng)
    : run_(std::move(run)), rng_(rng), thread_(Executor::Create({"backup", 1, 1})) {}

BackupDesk::~BackupDesk() { thread_->Stop(); }

Result<std::string> BackupDesk::Claim() {
  std::string id = rng_.Uuid();
  MutexLock lock(mutex_);
  if (!running_.empty()) return Aborted("Backup in progress");
  running_ = id;
  records_[id].id = id;
  order_.push_back(id);
  if (order_.size() > kRemembered) {
    records_.erase(order_.front());
    order_.erase(order_.begin());
  }
  return id;
}

BackupDesk::Record BackupDesk::Work(const std::string& id, const BackupWish& wish) {
  Result<BackupDone> done = run_(wish);
  if (!done.ok()) LOG_WARN("master: backup failed error={}", done.status().ToString());
  MutexLock lock(mutex_);
  running_.clear();
  Record& record = records_[id];
  record.running = false;
  if (done.ok()) record.done = *done;
  record.failure = done.status();
  return record;
}

Result<BackupDesk::Record> BackupDesk::Begin(const BackupWish& wish) {
  ASSIGN_OR_RETURN(std::string id, Claim());
  Status accepted = thread_->Submit([this, id, wish] { Work(id, wish); });
  if (!accepted.ok()) {
    MutexLock lock(mutex_);
    running_.clear();
    return accepted;
  }
  Record record;
  record.id = id;
  return record;
}

Result<BackupDesk::Record> BackupDesk::Take(const BackupWish& wish) {
  ASSIGN_OR_RETURN(std::string id, Claim());
  return Work(id, wish);
}

std::optional<BackupDesk::Record> BackupDesk::Find(const std::string& id) const {
  MutexLock lock(mutex_);
  auto found = records_.find(id);
  if (found == records_.end()) return std::nullopt;
  return found->second;
}

}  // namespace alluxio::master
