// The half of JobTable that job workers see.
#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "job/master/job_table.h"
#include "job/master/job_table_parts.h"

namespace alluxio::job {

void JobTable::Enqueue(const TaskId& id) {
  const Task& task = FindJob(id.job)->tasks[static_cast<size_t>(id.task)];
  waiting_[task.spec.host][task.spec.mount].push_back(id);
}

bool JobTable::HasWorkerOn(const std::string& host) const {
  return std::any_of(workers_.begin(), workers_.end(),
                     [&](const auto& worker) { return worker.second->address.host == host; });
}

int64_t JobTable::Register(const WorkerNetAddress& address, const std::string& version,
                           const std::string& revision) {
  const int64_t id = NewId();
  MutexLock lock(mutex_);
  for (auto it = workers_.begin(); it != workers_.end();) {
    const int64_t known = (it++)->first;
    const WorkerNetAddress& other = workers_[known]->address;
    if (other.host == address.host && other.rpc_port == address.rpc_port) {
      LoseWorker(known, "it has started again");
    }
  }
  auto worker = std::make_unique<Worker>();
  worker->id = id;
  worker->address = address;
  worker->version = version;
  worker->revision = revision;
  worker->updated_ms = clock_.NowMs();
  worker->seen = clock_.Monotonic();
  workers_[id] = std::move(worker);
  LOG_INFO("job: worker registered id={} address={}:{}", id, address.host, address.rpc_port);
  return id;
}

void JobTable::LoseWorker(int64_t id, const std::string& why) {
  std::unique_ptr<Worker> lost = std::move(workers_[id]);
  workers_.erase(id);
  LOG_WARN("job: worker lost id={} host={} tasks={} reason=\"{}\"", id, lost->address.host,
           lost->tasks.size(), why);
  const std::set<TaskId> cancelled(lost->cancel.begin(), lost->cancel.end());
  for (const TaskId& task_id : lost->tasks) {
    Task& task = FindJob(task_id.job)->tasks[static_cast<size_t>(task_id.task)];
    task.worker = 0;
    const Command* command = FindCommand(FindJob(task_id.job)->spec.command);
    if (cancelled.count(task_id) != 0 || (command != nullptr && command->cancelled)) {
      FinishTask(task_id, JobState::kCanceled, "", "");
    } else if (++task.losses >= options_.most_losses) {
      FinishTask(task_id, JobState::kFailed,
                 fmt::format("Job worker was lost before the task could complete, {} times",
                             task.losses),
                 "UnavailableException");
    } else {
      task.state = JobState::kCreated;
      Enqueue(task_id);
    }
  }
}

void JobTable::CheckWorkers() {
  MutexLock lock(mutex_);
  const Duration now = clock_.Monotonic();
  std::vector<int64_t> silent;
  for (const auto& [id, worker] : workers_) {
    if (now - worker->seen > options_.worker_timeout) silent.push_back(id);
  }
  for (int64_t id : silent) LoseWorker(id, "no heartbeat");
}

void JobTable::Report(Worker& worker, const TaskReport& report) {
  if (!IsFinished(report.state) || worker.tasks.erase(report.id) == 0) return;  // told before
  Task& task = FindJob(report.id.job)->tasks[static_cast<size_t>(report.id.task)];
  size_t& of_mount = worker.of_mount[task.spec.mount];
  if (of_mount > 0) --of_mount;
  task.worker = 0;
  FinishTask(report.id, report.state, report.error, report.error_type);
}

HeartbeatAnswer JobTable::Heartbeat(const HeartbeatRequest& request) {
  MutexLock lock(mutex_);
  HeartbeatAnswer answer;
  auto found = workers_.find(request.worker);
  if (found == workers_.end()) {
    answer.must_register = true;
    return answer;
  }
  Worker& worker = *found->second;
  worker.health = request.health;
  worker.updated_ms = clock_.NowMs();
  worker.seen = clock_.Monotonic();
  for (const TaskReport& report : request.reports) Report(worker, report);
  if (request.received_batch < worker.last.batch) return worker.last;
  answer.batch = worker.last.batch;
  for (const TaskId& id : worker.cancel) {
    if (worker.tasks.count(id) != 0) answer.cancel.push_back(id);
  }
  worker.cancel.clear();
  Fill(worker, &answer);
  if (!answer.run.empty() || !answer.cancel.empty()) ++answer.batch;
  worker.last = answer;
  return answer;
}

// Its own host's tasks first, then those that anybody may have, then those of hosts without a job
// worker.
void JobTable::Fill(Worker& worker, HeartbeatAnswer* answer) {
  for (int pass = 0; pass < 3; ++pass) {
    for (auto it = waiting_.begin(); it != waiting_.end();) {
      const std::string& host = it->first;
      const bool own = host == worker.address.host;
      const bool eligible = pass == 0   ? own
                            : pass == 1 ? host.empty()
                                        : !own && !host.empty() && !HasWorkerOn(host);
      if (eligible) {
        while (worker.tasks.size() < options_.tasks_of_worker &&
               TakeFrom(it->second, worker, answer)) {
        }
      }
      it = it->second.empty() ? waiting_.erase(it) : std::next(it);
    }
  }
}

// One task of the next mount that has some and may have more; false when there is none.
bool JobTable::TakeFrom(Queue& queue, Worker& worker, HeartbeatAnswer* answer) {
  auto at = queue.upper_bound(worker.last_mount);
  for (size_t tried = queue.size(); tried > 0; --tried) {
    if (at == queue.end()) at = queue.begin();
    const MountId mount = at->first;
    std::deque<TaskId>& tasks = at->second;
    while (!tasks.empty() && worker.of_mount[mount] < options_.tasks_of_mount) {
      const TaskId id = tasks.front();
      tasks.pop_front();
      Job* job = FindJob(id.job);
      if (job == nullptr) continue;
      Task& task = job->tasks[static_cast<size_t>(id.task)];
      if (task.state != JobState::kCreated || task.worker != 0) continue;  // cancelled meanwhile
      task.state = JobState::kRunning;
      task.worker = worker.id;
      task.worker_host = worker.address.host;
      job->state = JobState::kRunning;
      job->updated_ms = clock_.NowMs();
      worker.tasks.insert(id);
      ++worker.of_mount[mount];
      worker.last_mount = mount;
      answer->run.push_back({id, task.spec.work});
      if (tasks.empty()) queue.erase(at);
      return true;
    }
    at = tasks.empty() ? queue.erase(at) : std::next(at);
  }
  return false;
}

std::vector<WorkerView> JobTable::Workers() const {
  MutexLock lock(mutex_);
  std::vector<WorkerView> views;
  for (const auto& [id, worker] : workers_) {
    views.push_back({id, worker->address.host, worker->version, worker->revision,
                     worker->updated_ms, worker->health});
  }
  return views;
}

}  // namespace alluxio::job
