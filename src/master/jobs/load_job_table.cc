#include "master/jobs/load_job_table.h"

#include <algorithm>

#include "proto/journal/journal.pb.h"

namespace alluxio::master {
namespace {

// Jobs that are over stay so that somebody can ask how they ended. A bound that depends on the
// entries alone, so that every master that reads them has the same table.
constexpr size_t kFinishedKept = 1000;

void ToEntry(const LoadJob& job, journal::JournalEntry* entry) {
  proto::journal::LoadJobEntry* to = entry->mutable_load_job();
  to->set_load_path(job.path);
  to->set_state(static_cast<proto::journal::PJobState>(job.state));
  if (job.bandwidth) to->set_bandwidth(*job.bandwidth);
  to->set_verify(job.verify);
  if (!job.user.empty()) to->set_user(job.user);
  to->set_partiallisting(job.partial_listing);
  to->set_job_id(job.id);
  if (job.end_time_ms) to->set_end_time(*job.end_time_ms);
}

LoadJob FromEntry(const proto::journal::LoadJobEntry& entry) {
  LoadJob job;
  job.path = entry.load_path();
  job.id = entry.job_id();
  job.user = entry.user();
  job.state = static_cast<LoadJobState>(entry.state());
  if (entry.has_bandwidth()) job.bandwidth = entry.bandwidth();
  job.verify = entry.verify();
  job.partial_listing = entry.partiallisting();
  if (entry.has_end_time()) job.end_time_ms = entry.end_time();
  return job;
}

}  // namespace

const LoadJob* LoadJobTable::Find(const std::string& path) const {
  auto found = jobs_.find(path);
  return found == jobs_.end() ? nullptr : &found->second;
}

Result<Handling> LoadJobTable::Apply(const journal::JournalEntry& entry) {
  if (!entry.has_load_job()) return Handling::kNotMine;
  LoadJob job = FromEntry(entry.load_job());
  jobs_[job.path] = std::move(job);
  DropOldest();
  return Handling::kHandled;
}

void LoadJobTable::DropOldest() {
  if (jobs_.size() <= kFinishedKept) return;
  auto over = [](const auto& item) { return item.second.done(); };
  auto count = static_cast<size_t>(std::count_if(jobs_.begin(), jobs_.end(), over));
  if (count <= kFinishedKept) return;
  auto oldest = jobs_.end();
  for (auto it = jobs_.begin(); it != jobs_.end(); ++it) {
    if (!it->second.done()) continue;
    if (oldest == jobs_.end() ||
        it->second.end_time_ms.value_or(0) < oldest->second.end_time_ms.value_or(0)) {
      oldest = it;
    }
  }
  jobs_.erase(oldest);
}

void LoadJobTable::Reset() { jobs_.clear(); }

Status LoadJobTable::VisitEntries(const journal::EntryVisitor& visit) const {
  for (const auto& [path, job] : jobs_) {
    Edit edit = LoadJobEdit(job);
    RETURN_IF_ERROR(visit(edit.entry()));
  }
  return OkStatus();
}

Edit LoadJobEdit(const LoadJob& job) {
  Edit edit(journal::Component::kFileSystem);
  ToEntry(job, &edit.entry());
  return edit;
}

}  // namespace alluxio::master
