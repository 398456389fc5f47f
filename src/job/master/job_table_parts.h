// The insides of JobTable, for the files that implement it.
#pragma once

#include "job/master/job_table.h"

namespace alluxio::job {

struct JobTable::Task {
  TaskSpec spec;
  JobState state = JobState::kCreated;
  int64_t worker = 0;  // that has it; 0 = nobody
  int losses = 0;
  std::string worker_host;
  std::string error;
  std::string error_type;
};

struct JobTable::Job {
  int64_t id = 0;
  JobSpec spec;
  std::vector<Task> tasks;
  size_t unfinished = 0;
  JobState state = JobState::kCreated;
  std::string error;
  std::string error_type;
  int64_t created_ms = 0;
  int64_t updated_ms = 0;
};

struct JobTable::Worker {
  int64_t id = 0;
  WorkerNetAddress address;
  std::string version;
  std::string revision;
  WorkerHealth health;
  int64_t updated_ms = 0;
  Duration seen{};
  std::set<TaskId> tasks;
  std::map<MountId, size_t> of_mount;
  std::vector<TaskId> cancel;  // not told yet
  HeartbeatAnswer last;        // not acknowledged yet
  MountId last_mount = kNoMount;
};

struct JobTable::Command {
  CommandKind kind = CommandKind::kLoad;
  Progress progress;  // its state is made by StateOf
  bool cancelled = false;
  std::set<int64_t> live;       // jobs
  std::deque<int64_t> jobs;     // that are still kept, in order
  bool from_before = false;     // over before this process began: progress.state is right

  JobState State() const {
    if (from_before) return progress.state;
    if (!progress.listed || !live.empty()) return JobState::kRunning;
    if (progress.files_failed > 0 || !progress.error.empty()) return JobState::kFailed;
    return cancelled ? JobState::kCanceled : JobState::kCompleted;
  }
};

}  // namespace alluxio::job
