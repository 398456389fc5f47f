#include "job/worker/task_pool.h"

#include "base/log.h"
#include "proto/grpc/job_work.pb.h"

namespace alluxio::job {
namespace {

constexpr Duration kStopGrace = std::chrono::seconds(10);

// The name of Java's exception, which 2.9 keeps beside the message.
const char* ErrorType(const Status& status) {
  switch (status.code()) {
    case StatusCode::kNotFound: return "FileDoesNotExistException";
    case StatusCode::kAlreadyExists: return "FileAlreadyExistsException";
    case StatusCode::kPermissionDenied: return "AccessControlException";
    case StatusCode::kUnavailable: return "UnavailableException";
    default: return "IOException";
  }
}

}  // namespace

struct TaskPool::State {
  explicit State(Callback<void()> when_ended) : ended(std::move(when_ended)) {}

  void End(const Key& key, const std::shared_ptr<TaskStop>& stop, const Status& status) {
    MutexLock lock(mutex);
    --active;
    auto found = tasks.find(key);
    if (found == tasks.end() || found->second != stop) return;  // forgotten meanwhile
    tasks.erase(found);
    TaskOutcome outcome{key.first, key.second, grpc::job::COMPLETED, "", ""};
    if (status.Is(StatusCode::kCancelled) && stop->set()) {
      outcome.state = grpc::job::CANCELED;
    } else if (!status.ok()) {
      outcome.state = grpc::job::FAILED;
      outcome.error = status.message();
      outcome.error_type = ErrorType(status);
    }
    outcomes[key] = std::move(outcome);
    ended();
  }

  mutable Mutex mutex{LockRank::kClient};
  Callback<void()> ended GUARDED_BY(mutex);
  std::map<Key, std::shared_ptr<TaskStop>> tasks GUARDED_BY(mutex);
  std::map<Key, TaskOutcome> outcomes GUARDED_BY(mutex);
  size_t active GUARDED_BY(mutex) = 0;
  TaskRunner* runner = nullptr;
};

TaskPool::TaskPool(const TaskPoolOptions& options, TaskRunner& runner, Callback<void()> ended)
    : options_(options),
      state_(std::make_shared<State>(std::move(ended))),
      pool_(LanePool::Create({.name = "tasks", .threads = options.threads})) {
  state_->runner = &runner;
}

TaskPool::~TaskPool() { Stop(); }

void TaskPool::Start(int64_t job, int64_t task, const std::string& work) {
  auto parsed = std::make_shared<grpc::job::TaskWork>();
  const bool good = parsed->ParseFromString(work);
  const Key key{job, task};
  auto stop = std::make_shared<TaskStop>();
  {
    MutexLock lock(state_->mutex);
    if (state_->tasks.count(key) != 0 || state_->outcomes.count(key) != 0) return;
    state_->tasks[key] = stop;
  }
  Lane lane{parsed->mountid(), options_.of_mount};
  auto run = [state = state_, parsed, key, stop, good] {
    {
      MutexLock lock(state->mutex);
      ++state->active;
    }
    state->End(key, stop, good ? state->runner->Run(*parsed, *stop)
                               : InvalidArgument("a task that cannot be read"));
  };
  Status accepted = pool_->Submit(lane, run);
  if (accepted.ok()) return;
  {
    MutexLock lock(state_->mutex);
    ++state_->active;
  }
  state_->End(key, stop, accepted);
}

void TaskPool::Cancel(int64_t job, int64_t task) {
  MutexLock lock(state_->mutex);
  auto found = state_->tasks.find({job, task});
  if (found != state_->tasks.end()) found->second->Set();
}

void TaskPool::Forget() {
  MutexLock lock(state_->mutex);
  for (auto& [key, stop] : state_->tasks) stop->Set();
  state_->tasks.clear();
  state_->outcomes.clear();
}

std::vector<TaskOutcome> TaskPool::Outcomes() const {
  MutexLock lock(state_->mutex);
  std::vector<TaskOutcome> outcomes;
  for (const auto& [key, outcome] : state_->outcomes) outcomes.push_back(outcome);
  return outcomes;
}

void TaskPool::Told(const std::vector<TaskOutcome>& outcomes) {
  MutexLock lock(state_->mutex);
  for (const TaskOutcome& outcome : outcomes) {
    state_->outcomes.erase({outcome.job, outcome.task});
  }
}

size_t TaskPool::unfinished() const {
  MutexLock lock(state_->mutex);
  return state_->tasks.size();
}

size_t TaskPool::active() const {
  MutexLock lock(state_->mutex);
  return state_->active;
}

bool TaskPool::Stop() {
  Forget();
  if (pool_->Stop(kStopGrace)) return true;
  LOG_WARN("job: stopping although tasks still run");
  MutexLock lock(state_->mutex);
  state_->ended = [] {};
  return false;
}

}  // namespace alluxio::job
