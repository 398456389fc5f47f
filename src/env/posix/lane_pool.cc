#include "env/lane_pool.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "base/mutex.h"
#include "env/posix/named_thread.h"

namespace alluxio {
namespace {

// What the threads share with the pool; lives until the last of them is gone.
class Lanes : public std::enable_shared_from_this<Lanes> {
 public:
  explicit Lanes(const LanePoolOptions& options) : options_(options) {}

  Status Submit(const Lane& lane, Callback<void()> work) {
    MutexLock lock(mutex_);
    if (stopped_) return Unavailable("executor " + options_.name + ": stopped");
    State& state = lanes_[lane.id];
    state.threads = std::max<size_t>(lane.threads, 1);
    if (state.queue.size() >= lane.queue) {
      return ResourceExhausted("executor " + options_.name + ": queue of " +
                               std::to_string(lane.queue) + " is full");
    }
    state.queue.push_back(std::move(work));
    ++queued_;
    MakeReady(lane.id, state);
    StartThread();
    ready_changed_.NotifyOne();
    return OkStatus();
  }

  bool Stop(Duration grace) {
    auto until = std::chrono::steady_clock::now() + grace;
    MutexLock lock(mutex_);
    stopped_ = true;
    ready_changed_.NotifyAll();
    while (queued_ + running_ > 0 || threads_ > 0) {
      auto left = until - std::chrono::steady_clock::now();
      if (left <= Duration::zero()) return false;
      ended_.WaitFor(mutex_, left);
    }
    return true;
  }

  void Abandon() {
    std::map<int64_t, State> dropped;  // Destroyed without the lock.
    MutexLock lock(mutex_);
    stopped_ = true;
    for (auto& [id, state] : lanes_) {
      queued_ -= state.queue.size();
      dropped[id].queue.swap(state.queue);
      state.ready = false;
    }
    ready_.clear();
    ready_changed_.NotifyAll();
  }

  size_t threads() {
    MutexLock lock(mutex_);
    return threads_;
  }

 private:
  struct State {
    std::deque<Callback<void()>> queue;
    size_t running = 0;
    size_t threads = 1;
    bool ready = false;  // in ready_
  };

  // A lane stands in ready_ once while it has work that may run; lanes take turns.
  void MakeReady(int64_t id, State& state) REQUIRES(mutex_) {
    if (state.ready || state.queue.empty() || state.running >= state.threads) return;
    state.ready = true;
    ready_.push_back(id);
  }

  void StartThread() REQUIRES(mutex_) {
    if (idle_ >= ready_.size() || threads_ >= options_.threads) return;
    ++threads_;
    StartNamedThread(options_.name, [self = shared_from_this()] { self->Run(); }).detach();
  }

  void Run() {
    Callback<void()> work;
    int64_t id = 0;
    while (Take(&id, &work)) {
      work();
      work = nullptr;  // What it holds goes before the lane is free again.
      Done(id);
    }
  }

  // False when this thread is to end.
  bool Take(int64_t* id, Callback<void()>* work) {
    MutexLock lock(mutex_);
    ++idle_;
    bool waited = false;
    while (ready_.empty() && !stopped_ && !waited) {
      waited = !ready_changed_.WaitFor(mutex_, options_.idle);
    }
    --idle_;
    if (ready_.empty()) {
      --threads_;
      ended_.NotifyAll();
      return false;
    }
    *id = ready_.front();
    ready_.pop_front();
    State& state = lanes_[*id];
    state.ready = false;
    *work = std::move(state.queue.front());
    state.queue.pop_front();
    --queued_;
    ++state.running;
    ++running_;
    MakeReady(*id, state);
    StartThread();
    return true;
  }

  void Done(int64_t id) {
    MutexLock lock(mutex_);
    State& state = lanes_[id];
    --state.running;
    --running_;
    MakeReady(id, state);
    if (state.running == 0 && state.queue.empty()) lanes_.erase(id);
    if (queued_ + running_ == 0) ended_.NotifyAll();
  }

  const LanePoolOptions options_;
  Mutex mutex_;
  CondVar ready_changed_;
  CondVar ended_;
  std::map<int64_t, State> lanes_ GUARDED_BY(mutex_);  // those with work only
  std::deque<int64_t> ready_ GUARDED_BY(mutex_);
  size_t threads_ GUARDED_BY(mutex_) = 0;
  size_t idle_ GUARDED_BY(mutex_) = 0;
  size_t queued_ GUARDED_BY(mutex_) = 0;
  size_t running_ GUARDED_BY(mutex_) = 0;
  bool stopped_ GUARDED_BY(mutex_) = false;
};

class DetachedLanePool final : public LanePool {
 public:
  explicit DetachedLanePool(const LanePoolOptions& options)
      : lanes_(std::make_shared<Lanes>(options)) {}
  ~DetachedLanePool() override { lanes_->Abandon(); }
  Status Submit(const Lane& lane, Callback<void()> work) override {
    return lanes_->Submit(lane, std::move(work));
  }
  bool Stop(Duration grace) override { return lanes_->Stop(grace); }
  size_t threads() const override { return lanes_->threads(); }

 private:
  const std::shared_ptr<Lanes> lanes_;  // shared with the threads
};

}  // namespace

std::unique_ptr<LanePool> LanePool::Create(const LanePoolOptions& options) {
  return std::make_unique<DetachedLanePool>(options);
}

}  // namespace alluxio
