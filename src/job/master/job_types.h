// Jobs, their tasks and job workers, as values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/ids.h"
#include "model/worker_info.h"

namespace alluxio::job {

// Numbers are those of the wire.
enum class JobState { kCreated = 1, kCanceled = 2, kFailed = 3, kRunning = 4, kCompleted = 5 };

// What a command is for; numbers of the wire.
enum class CommandKind { kLoad = 1, kCopy = 2, kPersist = 3 };

inline bool IsFinished(JobState state) {
  return state == JobState::kCanceled || state == JobState::kFailed ||
         state == JobState::kCompleted;
}

// One file, or the part of it that one worker is to hold.
struct TaskSpec {
  std::string path;
  std::string work;         // what the job worker gets
  std::string host;         // whose job worker should have it; "" = any
  MountId mount = kNoMount;
  std::string description;
};

// Some files of a command, or what one call of Run asked for.
struct JobSpec {
  int64_t command = 0;  // 0: none
  std::string name;     // "Load"
  std::string description;
  std::vector<std::string> paths;
  std::vector<int64_t> sizes;  // of each of them, in bytes
  std::vector<TaskSpec> tasks;
};

struct TaskId {
  int64_t job = 0;
  int64_t task = 0;
  auto operator<=>(const TaskId&) const = default;
};

struct TaskReport {
  TaskId id;
  JobState state = JobState::kCompleted;
  std::string error;
  std::string error_type;
};

struct WorkerHealth {
  std::vector<double> load_average;
  int32_t pool_size = 0;
  int32_t active_tasks = 0;
  int32_t unfinished_tasks = 0;
};

struct HeartbeatRequest {
  int64_t worker = 0;
  WorkerHealth health;
  std::vector<TaskReport> reports;
  int64_t received_batch = 0;
};

struct TaskOrder {
  TaskId id;
  std::string work;
};

// What a job worker is told; with `must_register`, nothing else.
struct HeartbeatAnswer {
  bool must_register = false;
  int64_t batch = 0;
  std::vector<TaskOrder> run;
  std::vector<TaskId> cancel;
};

struct TaskView {
  int64_t id = 0;
  JobState state = JobState::kCreated;
  std::string description;
  std::string worker_host;
  std::string error;
  std::string error_type;
};

struct JobView {
  int64_t id = 0;
  std::string name;
  std::string description;
  JobState state = JobState::kCreated;
  std::string error;
  std::string error_type;
  int64_t updated_ms = 0;
  int64_t created_ms = 0;
  std::vector<std::string> paths;
  std::vector<TaskView> tasks;  // of one job only, not in lists
};

struct WorkerView {
  int64_t id = 0;
  std::string host;
  std::string version;
  std::string revision;
  int64_t updated_ms = 0;
  WorkerHealth health;
};

struct FileFailureView {
  std::string path;
  std::string reason;
};

// How far a command is.
struct Progress {
  JobState state = JobState::kCreated;
  bool listed = false;
  int64_t files = 0;
  int64_t files_done = 0;
  int64_t files_failed = 0;
  int64_t files_skipped = 0;
  int64_t bytes = 0;
  int64_t bytes_done = 0;
  std::vector<FileFailureView> failures;  // the first ones
  std::string error;                      // why files could not be listed
};

// One job of a command, as `getCmdStatus` shows it.
struct JobOutcome {
  int64_t job = 0;
  JobState state = JobState::kCreated;
  std::vector<std::string> paths;
  std::vector<std::string> failed;
};

}  // namespace alluxio::job
