#include "rpc/internal/lean/timer_queue.h"

#include <utility>

namespace alluxio::rpc {

void LoopTimer::Set(TimerQueue& queue, Duration at) {
  Cancel();
  at_ = at;
  queue_ = &queue;
  queue.Add(this);
}

void LoopTimer::Cancel() {
  if (queue_ != nullptr) std::exchange(queue_, nullptr)->Remove(this);
}

void TimerQueue::Run(Duration now) {
  while (!heap_.empty() && heap_.front()->at_ <= now) {
    LoopTimer* due = heap_.front();
    due->Cancel();
    due->fire_();
  }
}

void TimerQueue::Clear() {
  for (LoopTimer* timer : heap_) timer->queue_ = nullptr;
  heap_.clear();
}

void TimerQueue::Add(LoopTimer* timer) {
  heap_.push_back(timer);
  Place(heap_.size() - 1, timer);
  SiftUp(heap_.size() - 1);
}

void TimerQueue::Remove(LoopTimer* timer) {
  const size_t index = timer->index_;
  LoopTimer* last = heap_.back();
  heap_.pop_back();
  if (last == timer) return;
  Place(index, last);
  SiftUp(index);
  SiftDown(last->index_);
}

void TimerQueue::Place(size_t index, LoopTimer* timer) {
  heap_[index] = timer;
  timer->index_ = index;
}

void TimerQueue::SiftUp(size_t index) {
  LoopTimer* timer = heap_[index];
  while (index > 0) {
    const size_t parent = (index - 1) / 2;
    if (heap_[parent]->at_ <= timer->at_) break;
    Place(index, heap_[parent]);
    index = parent;
  }
  Place(index, timer);
}

void TimerQueue::SiftDown(size_t index) {
  LoopTimer* timer = heap_[index];
  while (true) {
    size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->at_ < heap_[child]->at_) ++child;
    if (timer->at_ <= heap_[child]->at_) break;
    Place(index, heap_[child]);
    index = child;
  }
  Place(index, timer);
}

}  // namespace alluxio::rpc
