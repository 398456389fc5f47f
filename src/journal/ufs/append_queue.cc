#include "journal/ufs/append_queue.h"

#include <algorithm>

#include "base/check.h"
#include "env/clock.h"
#include "journal/frame.h"

namespace alluxio::journal {

void AppendQueue::SetNext(Component component, int64_t next) {
  MutexLock lock(mutex_);
  next_[IndexOf(component)] = next;
}

int64_t AppendQueue::Next(Component component) const {
  MutexLock lock(mutex_);
  return next_[IndexOf(component)];
}

Position AppendQueue::Append(Component component, std::string_view payload) {
  size_t index = IndexOf(component);
  Position position = 0;
  bool wake = false;
  {
    MutexLock lock(mutex_);
    CHECK(!stopped_) << "append to a closed journal";
    position = appended_.load(std::memory_order_relaxed) + 1;
    if (failure_.ok()) {
      wake = filling_.position == 0;
      std::string& frames = filling_.frames[index];
      size_t before = frames.size();
      // The first entry of a flush says that everything before it is durable: the flusher writes a
      // batch only after the one before it.
      AppendFrame({.sequence_number = next_[index], .starts_flush = frames.empty()}, payload,
                  &frames);
      filling_.end[index] = ++next_[index];
      filling_.position = position;
      queued_bytes_.fetch_add(frames.size() - before, std::memory_order_relaxed);
    }
    appended_.store(position, std::memory_order_release);
  }
  if (wake) ready_.NotifyAll();
  return position;
}

void AppendQueue::WhenDurable(Position position, Callback<void(Status)> done) {
  Status status;
  if (position > durable()) {
    MutexLock lock(mutex_);
    if (position > durable_.load(std::memory_order_relaxed)) {
      if (failure_.ok()) {
        CHECK(position <= appended_.load(std::memory_order_relaxed))
            << "waiting for position " << position << ", which was never appended";
        // Nearly always the last: positions are waited for about as they are given out.
        auto at = std::upper_bound(
            waiting_.begin(), waiting_.end(), position,
            [](Position wanted, const Waiter& waiter) { return wanted < waiter.position; });
        waiting_.insert(at, Waiter{position, std::move(done)});
        if (gathering_ && waiting_.size() >= before_) ready_.NotifyAll();
        return;
      }
      status = failure_;
    }
  }
  done(std::move(status));
}

bool AppendQueue::Take(Batch* batch, Duration limit, Duration patience) {
  MutexLock lock(mutex_);
  while (filling_.position == 0 && !stopped_) {
    if (ready_.WaitFor(mutex_, limit)) continue;
    if (filling_.position == 0 && !stopped_) {
      batch->position = 0;
      return true;
    }
  }
  if (filling_.position == 0) return false;
  Duration until = patience > Duration::zero() ? Clock::Real().Monotonic() + patience : Duration{};
  gathering_ = true;
  while (patience > Duration::zero() && waiting_.size() < before_ && !stopped_) {
    ready_.WaitFor(mutex_, patience);
    patience = until - Clock::Real().Monotonic();
  }
  gathering_ = false;
  // The buffers change hands, so that neither side allocates in the long run.
  for (std::string& frames : batch->frames) frames.clear();
  std::swap(*batch, filling_);
  filling_.position = 0;
  return true;
}

std::vector<Callback<void(Status)>> AppendQueue::Publish(const Batch& batch) {
  size_t bytes = 0;
  for (const std::string& frames : batch.frames) bytes += frames.size();
  std::vector<Callback<void(Status)>> done;
  {
    MutexLock lock(mutex_);
    before_ = waiting_.size();
    durable_.store(batch.position, std::memory_order_release);
    queued_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    while (!waiting_.empty() && waiting_.front().position <= batch.position) {
      done.push_back(std::move(waiting_.front().done));
      waiting_.pop_front();
    }
  }
  return done;
}

void AppendQueue::Fail(const Status& failure) {
  std::deque<Waiter> waiting;
  {
    MutexLock lock(mutex_);
    failure_ = failure;
    waiting.swap(waiting_);
    for (std::string& frames : filling_.frames) frames.clear();
    filling_.position = 0;
  }
  for (Waiter& waiter : waiting) waiter.done(failure);
}

Status AppendQueue::failure() const {
  MutexLock lock(mutex_);
  return failure_;
}

void AppendQueue::Stop() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
  }
  ready_.NotifyAll();
}

void AppendQueue::Pause(Duration time) {
  MutexLock lock(mutex_);
  if (!stopped_) ready_.WaitFor(mutex_, time);
}

bool AppendQueue::stopped() const {
  MutexLock lock(mutex_);
  return stopped_;
}

}  // namespace alluxio::journal
