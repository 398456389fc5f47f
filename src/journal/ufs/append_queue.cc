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
      bool had = HasWhole();
      Open& open = open_[index];
      if (open.depth > 0 && !open.begin) open.begin = Now();
      std::string& frames = filling_.frames[index];
      size_t before = frames.size();
      // The first entry of a flush says that everything before it is durable: the flusher writes a
      // batch only after the one before it.
      AppendFrame({.sequence_number = next_[index], .starts_flush = frames.empty()}, payload,
                  &frames);
      filling_.end[index] = ++next_[index];
      filling_.position = position;
      queued_bytes_.fetch_add(frames.size() - before, std::memory_order_relaxed);
      wake = !had && HasWhole();
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
        auto at = waiting_.end();
        // Nearly always the last: positions are waited for about as they are given out.
        if (!waiting_.empty() && waiting_.back().position > position) {
          at = std::upper_bound(
              waiting_.begin(), waiting_.end(), position,
              [](Position wanted, const Waiter& waiter) { return wanted < waiter.position; });
        }
        waiting_.insert(at, Waiter{position, std::move(done)});
        if (gathering_ && waiting_.size() >= before_) ready_.NotifyAll();
        return;
      }
      status = failure_;
    }
  }
  done(std::move(status));
}

void AppendQueue::BeginTogether(Component component) {
  MutexLock lock(mutex_);
  ++open_[IndexOf(component)].depth;
}

void AppendQueue::EndTogether(Component component) {
  bool wake = false;
  {
    MutexLock lock(mutex_);
    Open& open = open_[IndexOf(component)];
    CHECK(open.depth > 0) << "an operation that was not begun";
    if (--open.depth > 0) return;
    bool had = HasWhole();
    open.begin.reset();
    wake = !had && HasWhole();
  }
  if (wake) ready_.NotifyAll();
}

AppendQueue::Mark AppendQueue::Now() const {
  Mark mark;
  mark.position = filling_.position;
  for (size_t i = 0; i < kComponentCount; ++i) {
    mark.size[i] = filling_.frames[i].size();
    mark.end[i] = filling_.end[i];
  }
  return mark;
}

const AppendQueue::Mark* AppendQueue::FirstOpen() const {
  const Mark* first = nullptr;
  for (const Open& open : open_) {
    if (open.begin && (first == nullptr || open.begin->position < first->position)) {
      first = &*open.begin;
    }
  }
  return first;
}

AppendQueue::Mark AppendQueue::Whole() const {
  const Mark* first = FirstOpen();
  return first != nullptr ? *first : Now();
}

bool AppendQueue::Take(Batch* batch, Duration limit, Duration patience) {
  MutexLock lock(mutex_);
  while (!HasWhole() && !stopped_) {
    if (ready_.WaitFor(mutex_, limit)) continue;
    if (!HasWhole() && !stopped_) {
      batch->position = 0;
      return true;
    }
  }
  Duration until = patience > Duration::zero() ? Clock::Real().Monotonic() + patience : Duration{};
  gathering_ = true;
  while (patience > Duration::zero() && waiting_.size() < before_ && !stopped_) {
    ready_.WaitFor(mutex_, patience);
    patience = until - Clock::Real().Monotonic();
  }
  gathering_ = false;
  // An operation that is not over when the journal is closed has no caller to be told.
  Mark cut = stopped_ ? Now() : Whole();
  if (cut.position <= taken_) return false;
  TakeUpTo(cut, batch);
  taken_ = cut.position;
  return true;
}

void AppendQueue::TakeUpTo(const Mark& cut, Batch* batch) {
  for (std::string& frames : batch->frames) frames.clear();
  batch->position = cut.position;
  if (cut.position == filling_.position) {
    // The buffers change hands, so that neither side allocates in the long run.
    std::swap(*batch, filling_);
    filling_.position = cut.position;
    for (size_t i = 0; i < kComponentCount; ++i) Shift(i, cut, 0);
    return;
  }
  for (size_t i = 0; i < kComponentCount; ++i) {
    std::string& frames = filling_.frames[i];
    batch->frames[i].assign(frames, 0, cut.size[i]);
    batch->end[i] = cut.end[i];
    frames.erase(0, cut.size[i]);
    size_t grown = cut.size[i] > 0 && !frames.empty() ? MarkStartsFlush(&frames) : 0;
    queued_bytes_.fetch_add(grown, std::memory_order_relaxed);
    Shift(i, cut, grown);
  }
}

// `cut` was taken out of filling_, and the first frame that is left has grown.
void AppendQueue::Shift(size_t index, const Mark& cut, size_t grown) {
  for (Open& open : open_) {
    if (!open.begin) continue;
    size_t& size = open.begin->size[index];
    size -= std::min(size, cut.size[index]);
    if (size > 0) size += grown;
  }
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
    for (Open& open : open_) open.begin.reset();
    taken_ = filling_.position;  // nothing is left to take
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
