#include "worker/fetch/mount_lanes.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/check.h"

namespace alluxio::worker {

class MountLanes::LaneExecutor final : public Executor {
 public:
  LaneExecutor(MountLanes& lanes, MountId mount) : lanes_(lanes), mount_(mount) {}
  Status Submit(Callback<void()> work) override {
    return lanes_.Submit(mount_, Urgency::kWaitedFor, std::move(work));
  }
  void Stop() override {}

 private:
  MountLanes& lanes_;
  const MountId mount_;
};

Executor& MountLanes::ExecutorOf(MountId mount) {
  MutexLock lock(mutex_);
  if (executors_.size() >= kMostExecutors && !executors_.contains(mount)) mount = kNoMount;
  std::unique_ptr<LaneExecutor>& executor = executors_[mount];
  if (executor == nullptr) executor = std::make_unique<LaneExecutor>(*this, mount);
  return *executor;
}

MountLanes::MountLanes(const MountLaneOptions& options)
    : options_(options),
      // One entry of this queue is a running slot of a lane, so lanes are what bounds it.
      executor_(Executor::Create({"ufs", options.threads, size_t{1} << 20})) {}

MountLanes::~MountLanes() { Stop(); }

void MountLanes::Stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
  }
  executor_->Stop();
}

Status MountLanes::Submit(MountId mount, Urgency urgency, Callback<void()> work) {
  MutexLock lock(mutex_);
  if (stopped_) return Unavailable("the worker is stopping");
  Lane& lane = lanes_[mount];
  if (lane.urgent.size() + lane.background.size() >= options_.queue_limit) {
    return Unavailable(fmt::format("mount {}: {} requests wait for its under store already", mount,
                                   options_.queue_limit));
  }
  bool start = lane.running < options_.per_mount;
  if (start) {
    // Submit of an executor only queues, so it may be called under this lock.
    Status started = executor_->Submit([this, mount] { Run(mount); });
    if (!started.ok()) return Unavailable(started.message());
    ++lane.running;
  }
  (urgency == Urgency::kWaitedFor ? lane.urgent : lane.background).push_back(std::move(work));
  return OkStatus();
}

void MountLanes::Run(MountId mount) {
  while (true) {
    Callback<void()> work;
    {
      MutexLock lock(mutex_);
      auto found = lanes_.find(mount);
      CHECK(found != lanes_.end()) << "mount " << mount;
      Lane& lane = found->second;
      std::deque<Callback<void()>>& queue = lane.urgent.empty() ? lane.background : lane.urgent;
      if (queue.empty()) {
        if (--lane.running == 0) lanes_.erase(found);
        return;
      }
      work = std::move(queue.front());
      queue.pop_front();
    }
    work();
  }
}

}  // namespace alluxio::worker
