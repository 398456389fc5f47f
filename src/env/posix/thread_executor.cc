// A fixed set of threads over one bounded queue.
#include <deque>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"
#include "env/executor.h"
#include "env/posix/named_thread.h"

namespace alluxio {
namespace {

class ThreadExecutor final : public Executor {
 public:
  explicit ThreadExecutor(const ExecutorOptions& options) : options_(options) {
    CHECK(options.threads > 0) << "executor " << options.name << " needs a thread";
    for (size_t i = 0; i < options.threads; ++i) {
      threads_.push_back(StartNamedThread(options.name + "-" + std::to_string(i),
                                          [this] { Run(); }));
    }
  }

  ~ThreadExecutor() override { Stop(); }

  Status Submit(Callback<void()> work) override {
    {
      MutexLock lock(mutex_);
      if (stopped_) return Unavailable("executor " + options_.name + ": stopped");
      if (queue_.size() >= options_.queue_limit) {
        return ResourceExhausted("executor " + options_.name + ": queue of " +
                                 std::to_string(options_.queue_limit) + " is full");
      }
      queue_.push_back(std::move(work));
    }
    ready_.NotifyOne();
    return OkStatus();
  }

  void Stop() override {
    {
      MutexLock lock(mutex_);
      stopped_ = true;
    }
    ready_.NotifyAll();
    // Two callers may stop at once: whoever takes the threads joins them, the other waits for it.
    std::vector<std::thread> threads;
    {
      MutexLock lock(mutex_);
      while (joining_) joined_.Wait(mutex_);
      threads.swap(threads_);
      joining_ = true;
    }
    for (std::thread& thread : threads) {
      CHECK(thread.get_id() != std::this_thread::get_id())
          << "executor " << options_.name << " cannot be stopped by its own work";
      thread.join();
    }
    {
      MutexLock lock(mutex_);
      joining_ = false;
    }
    joined_.NotifyAll();
  }

 private:
  void Run() {
    while (true) {
      Callback<void()> work;
      {
        MutexLock lock(mutex_);
        while (queue_.empty() && !stopped_) ready_.Wait(mutex_);
        if (queue_.empty()) return;
        work = std::move(queue_.front());
        queue_.pop_front();
      }
      work();
    }
  }

  const ExecutorOptions options_;
  Mutex mutex_;
  CondVar ready_;
  CondVar joined_;
  std::deque<Callback<void()>> queue_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
  bool joining_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // filled by the constructor, taken by Stop() under mutex_
};

}  // namespace

std::unique_ptr<Executor> Executor::Create(const ExecutorOptions& options) {
  return std::make_unique<ThreadExecutor>(options);
}

}  // namespace alluxio
