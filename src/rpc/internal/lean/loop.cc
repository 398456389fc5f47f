#include "rpc/internal/lean/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "env/clock.h"

namespace alluxio::rpc {
namespace {

constexpr int kEventsPerRound = 256;

thread_local const Loop* current_loop = nullptr;

}  // namespace

Loop::Loop(const LoopOptions& options)
    : options_(options), scratch_(std::make_unique_for_overwrite<char[]>(kScratchBytes)) {}

Result<std::shared_ptr<Loop>> Loop::Start(const LoopOptions& options) {
  std::shared_ptr<Loop> loop(new Loop(options));
  loop->epoll_ = Socket(::epoll_create1(EPOLL_CLOEXEC));
  if (!loop->epoll_.valid()) return FromErrno(errno, "rpc: epoll");
  loop->wake_ = Socket(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!loop->wake_.valid()) return FromErrno(errno, "rpc: eventfd");
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = nullptr;  // means: look for posted work, which every round does
  if (::epoll_ctl(loop->epoll_.fd(), EPOLL_CTL_ADD, loop->wake_.fd(), &event) != 0) {
    return FromErrno(errno, "rpc: epoll");
  }
  loop->now_ = Clock::Real().Monotonic();
  loop->thread_ = Executor::Create({options.name, 1, 1});
  RETURN_IF_ERROR(loop->thread_->Submit([raw = loop.get()] { raw->Run(); }));
  return loop;
}

Loop::~Loop() { Stop(); }

bool Loop::Current() const { return current_loop == this; }

bool Loop::Post(std::shared_ptr<LoopTask> task) { return Enqueue({std::move(task), nullptr}); }

bool Loop::Post(Callback<void()> work) { return Enqueue({nullptr, std::move(work)}); }

bool Loop::Enqueue(Posted posted) {
  bool wake = false;
  {
    MutexLock lock(mutex_);
    if (stopped_) return false;
    posted_.push_back(std::move(posted));
    wake = std::exchange(asleep_, false);
  }
  if (!wake) return true;
  const uint64_t one = 1;
  // Fails only when the counter is full, and then the thread is being woken anyway.
  [[maybe_unused]] ssize_t written = ::write(wake_.fd(), &one, sizeof(one));
  return true;
}

void Loop::Stop() {
  {
    MutexLock lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
  }
  if (thread_ == nullptr) return;
  const uint64_t one = 1;
  [[maybe_unused]] ssize_t written = ::write(wake_.fd(), &one, sizeof(one));
  thread_->Stop();
  // Nobody runs these any more; what they hold may post, in vain.
  std::vector<Posted> dropped;
  {
    MutexLock lock(mutex_);
    dropped.swap(posted_);
  }
  dropped.clear();
  running_.clear();
  flushing_.clear();
  retired_.clear();
  timers_.Clear();
}

Status Loop::Watch(int fd, LoopEvents* events) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = events;
  if (::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, fd, &event) == 0) return OkStatus();
  return FromErrno(errno, "rpc: epoll");
}

Status Loop::WatchReadable(int fd, LoopEvents* events) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = events;
  if (::epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, fd, &event) == 0) return OkStatus();
  return FromErrno(errno, "rpc: epoll");
}

void Loop::Unwatch(int fd) { (void)::epoll_ctl(epoll_.fd(), EPOLL_CTL_DEL, fd, nullptr); }

void Loop::LookAtClock() { now_ = Clock::Real().Monotonic(); }

void Loop::Run() {
  current_loop = this;
  while (Round()) {
  }
  current_loop = nullptr;
}

bool Loop::Round() {
  std::array<epoll_event, kEventsPerRound> events;
  const int count = ::epoll_wait(epoll_.fd(), events.data(), kEventsPerRound, PrepareToWait());
  LookAtClock();
  if (!TakePosted()) return false;
  if (count > 0 || !running_.empty()) busy_until_ = now_ + options_.busy_poll;
  RunPosted();
  for (int i = 0; i < count; ++i) {
    auto* target = static_cast<LoopEvents*>(events[static_cast<size_t>(i)].data.ptr);
    if (target != nullptr) target->OnEvents(events[static_cast<size_t>(i)].events);
  }
  timers_.Run(now_);
  FlushAll();
  retired_.clear();
  return true;
}

// Answers that other threads have made leave before new calls are read: who waits for them can go
// on meanwhile.
void Loop::RunPosted() {
  if (running_.empty()) return;
  for (Posted& posted : running_) {
    if (posted.task != nullptr) {
      posted.task->RunOnLoop();
    } else {
      posted.work();
    }
  }
  running_.clear();
  FlushAll();
}

int Loop::PrepareToWait() {
  const bool polling = now_ < busy_until_;
  MutexLock lock(mutex_);
  if (polling || stopped_ || !posted_.empty() || !flushing_.empty()) return 0;
  // Whoever posts from now on wakes the thread up.
  asleep_ = true;
  return WaitMillis();
}

bool Loop::TakePosted() {
  MutexLock lock(mutex_);
  asleep_ = false;
  running_.swap(posted_);
  return !stopped_;
}

int Loop::WaitMillis() const {
  if (timers_.empty()) return -1;
  const Duration left = timers_.next() - now_;
  if (left <= Duration::zero()) return 0;
  // Rounded up: waking before the time would only mean to wait again.
  return static_cast<int>(std::min<int64_t>(ToMillis(left) + 1, 60 * 60 * 1000));
}

void Loop::FlushAll() {
  // What a flush leads to is flushed in the next round.
  std::vector<std::shared_ptr<LoopFlush>> now;
  now.swap(flushing_);
  for (const auto& connection : now) connection->FlushOnLoop();
  now.clear();
  if (flushing_.empty()) flushing_.swap(now);
}

}  // namespace alluxio::rpc
