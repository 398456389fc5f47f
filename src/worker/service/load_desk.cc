#include "worker/service/load_desk.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>
#include <vector>

#include "env/clock.h"
#include "stub/retry_policy.h"
#include "worker/fetch/block_cacher.h"

namespace alluxio::worker {
namespace {

using namespace ::alluxio::grpc::block;  // NOLINT: every type below is one of its messages

constexpr size_t kThreads = 128;
constexpr size_t kThreadsOfJob = 20;
constexpr size_t kQueueOfJob = 20'000;
constexpr size_t kTagsRemembered = 1000;
constexpr Duration kStopGrace = std::chrono::hours(1);

stub::CacheOrder OrderOf(const Block& block, const UfsReadOptions& options) {
  stub::CacheOrder order;
  order.block_id = block.block_id();
  order.length = block.length();
  order.ufs.ufs_path = block.ufs_path();
  order.ufs.offset_in_file = block.offset_in_file();
  order.ufs.block_size = block.length();
  order.ufs.mount_id = block.mountid();
  order.ufs.user = options.user();
  return order;
}

bool MayBeRetried(const Status& status) {
  // ALREADY_EXISTS: somebody is fetching it just now.
  return stub::IsRetryable(status) || status.Is(StatusCode::kResourceExhausted) ||
         status.Is(StatusCode::kAlreadyExists);
}

}  // namespace

Duration LoadBandwidth::Reserve(const std::string& tag, int64_t rate, int64_t bytes,
                                Duration now) {
  MutexLock lock(mutex_);
  if (free_at_.size() > kTagsRemembered) {
    std::erase_if(free_at_, [now](const auto& item) { return item.second <= now; });
  }
  Duration& free_at = free_at_[tag];
  free_at = std::max(free_at, now);
  Duration wait = free_at - now;
  double seconds = static_cast<double>(bytes) / static_cast<double>(std::max<int64_t>(1, rate));
  free_at += std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  return wait;
}

// One request on its way; kept alive by whoever works on it.
struct LoadDesk::Order {
  Order(const LoadRequest& from, Reply to) : request(from), reply(std::move(to)) {
    outcomes.resize(static_cast<size_t>(request.blocks_size()));
  }
  void Answer() {
    LoadResponse response;
    for (int i = 0; i < request.blocks_size(); ++i) {
      const Status& outcome = outcomes[static_cast<size_t>(i)];
      if (outcome.ok()) continue;
      BlockStatus* failure = response.add_block_status();
      *failure->mutable_block() = request.blocks(i);
      failure->set_code(static_cast<int>(outcome.code()));
      failure->set_message(outcome.message());
      failure->set_retryable(MayBeRetried(outcome));
    }
    bool all = response.block_status_size() == request.blocks_size();
    response.set_status(response.block_status_size() == 0 ? SUCCESS
                        : all                             ? FAILURE
                                                          : PARTIAL_FAILURE);
    reply(std::move(response));
  }

  const LoadRequest request;
  Reply reply;
  std::vector<Status> outcomes;  // each is written by one thread
  std::atomic<int> left{0};      // acq_rel: who takes the last sees every outcome
};

LoadDesk::LoadDesk(BlockCacher& cacher)
    : cacher_(cacher), pool_(LanePool::Create({.name = "load", .threads = kThreads})) {}

LoadDesk::~LoadDesk() { Stop(); }

void LoadDesk::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    stopped_.NotifyAll();
  }
  pool_->Stop(kStopGrace);
}

void LoadDesk::Load(const LoadRequest& request, Reply reply) {
  auto order = std::make_shared<Order>(request, std::move(reply));
  if (request.blocks_size() == 0) return order->Answer();
  bool in_turn = request.options().bandwidth() > 0;
  Lane lane;
  lane.id = static_cast<int64_t>(std::hash<std::string>{}(request.options().tag()));
  lane.threads = in_turn ? 1 : kThreadsOfJob;
  lane.queue = kQueueOfJob;
  if (in_turn) {
    Status accepted = pool_->Submit(lane, [this, order] { LoadInTurn(*order); });
    if (!accepted.ok()) order->reply(accepted);
    return;
  }
  order->left.store(request.blocks_size());
  for (int i = 0; i < request.blocks_size(); ++i) {
    auto done = [order] {
      if (order->left.fetch_sub(1, std::memory_order_acq_rel) == 1) order->Answer();
    };
    Status accepted = pool_->Submit(lane, [this, order, i, done] {
      LoadOne(*order, i);
      done();
    });
    if (accepted.ok()) continue;
    order->outcomes[static_cast<size_t>(i)] = accepted;
    done();
  }
}

bool LoadDesk::Stopping() {
  MutexLock lock(mutex_);
  return stopping_;
}

void LoadDesk::LoadOne(Order& order, int index) {
  Status& outcome = order.outcomes[static_cast<size_t>(index)];
  if (Stopping()) {
    outcome = Unavailable("this worker stops");
    return;
  }
  outcome = cacher_.Cache(OrderOf(order.request.blocks(index), order.request.options()));
}

void LoadDesk::LoadInTurn(Order& order) {
  const UfsReadOptions& options = order.request.options();
  for (int i = 0; i < order.request.blocks_size(); ++i) {
    Duration pause = bandwidth_.Reserve(options.tag(), options.bandwidth(),
                                        order.request.blocks(i).length(),
                                        Clock::Real().Monotonic());
    Pause(pause);
    LoadOne(order, i);
  }
  order.Answer();
}

void LoadDesk::Pause(Duration pause) {
  Duration end = Clock::Real().Monotonic() + pause;
  MutexLock lock(mutex_);
  while (!stopping_) {
    Duration left = end - Clock::Real().Monotonic();
    if (left <= Duration::zero()) return;
    stopped_.WaitFor(mutex_, left);
  }
}

}  // namespace alluxio::worker
