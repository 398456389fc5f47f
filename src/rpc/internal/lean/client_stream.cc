#include "rpc/internal/lean/client_stream.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/mutex.h"
#include "env/clock.h"
#include "rpc/internal/lean/client_connection.h"

namespace alluxio::rpc {
namespace {

// How much may wait for the connection before Send blocks. A message of any size goes in when
// nothing waits.
constexpr size_t kSendAhead = 2 * 1024 * 1024;
// What was taken is told to the server in such steps at least.
constexpr size_t kLeastCredit = 64 * 1024;
// What a message takes in a queue beside its bytes.
constexpr size_t kMessageCost = 256;

// What the user's thread and the loop's thread share.
class StreamClientCall final : public ClientCall {
 public:
  StreamClientCall(std::shared_ptr<ClientConnection> connection, const ClientCallOptions& options,
                   Callback<void(const Status&)> ended)
      : ClientCall(std::move(connection), options), ended_(std::move(ended)) {}

  Status SendOne(std::string prefix, Bytes body) {
    const size_t size = prefix.size() + body.size() + kMessageCost;
    {
      MutexLock lock(mutex_);
      while (waiting_bytes_ > 0 && waiting_bytes_ + size > kSendAhead && !status_) {
        changed_.Wait(mutex_);
      }
      if (status_) return EndedStatus();
      if (half_closed_) return FailedPrecondition(method() + ": sent after the half-close");
      waiting_bytes_ += size;
    }
    Send(std::move(prefix), std::move(body), [call = Self(), size](bool) { call->Left(size); });
    return OkStatus();
  }

  Status HalfClose() {
    {
      MutexLock lock(mutex_);
      if (std::exchange(half_closed_, true)) return OkStatus();
      if (status_) return OkStatus();  // there is nothing left to close; Receive says how it went
    }
    EndRequests();
    return OkStatus();
  }

  Result<std::optional<Bytes>> Receive(Duration timeout) {
    Bytes message;
    size_t credit = 0;
    {
      MutexLock lock(mutex_);
      const Duration start = Clock::Real().Monotonic();
      while (messages_.empty() && !status_) {
        const Duration left = timeout - (Clock::Real().Monotonic() - start);
        if (left <= Duration::zero()) {
          return DeadlineExceeded(method() + ": nothing received within " +
                                  std::to_string(ToMillis(timeout)) + " ms");
        }
        changed_.WaitFor(mutex_, std::min<Duration>(left, std::chrono::hours(1)));
      }
      if (messages_.empty()) {
        if (!status_->ok()) return *status_;
        return std::optional<Bytes>();
      }
      message = std::move(messages_.front());
      messages_.pop_front();
      taken_ += message.size() + kMessagePrefixBytes;
      // Little is told later: the loop would have to be woken. While nothing is here the loop
      // gives back what comes of the next message by itself (Hungry), so a large one gets through.
      if (taken_ >= connection()->stream_window() / 4 ||
          (messages_.empty() && taken_ >= kLeastCredit)) {
        credit = std::exchange(taken_, 0);
      }
    }
    if (credit > 0) Credit(credit);
    return std::optional<Bytes>(std::move(message));
  }

  void Abandon(const Status& why) {
    {
      MutexLock lock(mutex_);
      discard_ = true;
      messages_.clear();
    }
    GiveUp(why);
  }

 private:
  std::shared_ptr<StreamClientCall> Self() {
    return std::static_pointer_cast<StreamClientCall>(shared_from_this());
  }

  void OnMessages(std::vector<Bytes>* messages) override {
    MutexLock lock(mutex_);
    if (discard_) return;
    for (Bytes& message : *messages) messages_.push_back(std::move(message));
    changed_.NotifyAll();
  }

  void OnEnded(const Status& status) override {
    {
      MutexLock lock(mutex_);
      status_ = status;
      changed_.NotifyAll();
    }
    if (ended_) std::exchange(ended_, nullptr)(status);
  }

  bool Hungry() override {
    MutexLock lock(mutex_);
    return messages_.empty();
  }

  void Left(size_t size) {
    MutexLock lock(mutex_);
    waiting_bytes_ -= size;
    changed_.NotifyAll();
  }

  Status EndedStatus() const REQUIRES(mutex_) {
    if (!status_->ok()) return *status_;
    return Cancelled(method() + ": the server has ended the stream");
  }

  Callback<void(const Status&)> ended_;  // of the loop's thread
  Mutex mutex_{LockRank::kTransport};
  CondVar changed_;
  std::deque<Bytes> messages_ GUARDED_BY(mutex_);    // bounded by the stream's window
  size_t taken_ GUARDED_BY(mutex_) = 0;              // since the last credit
  size_t waiting_bytes_ GUARDED_BY(mutex_) = 0;      // given to the loop and not written
  bool half_closed_ GUARDED_BY(mutex_) = false;
  bool discard_ GUARDED_BY(mutex_) = false;          // nobody wants what still comes
  std::optional<Status> status_ GUARDED_BY(mutex_);  // how the call ended
};

class LeanBlockingStream final : public ClientStream {
 public:
  explicit LeanBlockingStream(std::shared_ptr<StreamClientCall> call) : call_(std::move(call)) {}
  ~LeanBlockingStream() override { call_->Abandon(Cancelled("the stream was dropped")); }
  Status Send(std::string prefix, Bytes body) override {
    return call_->SendOne(std::move(prefix), std::move(body));
  }
  Status HalfClose() override { return call_->HalfClose(); }
  Result<std::optional<Bytes>> Receive(Duration timeout) override {
    return call_->Receive(timeout);
  }
  void Cancel() override { call_->Abandon(Cancelled("the stream was cancelled")); }

 private:
  const std::shared_ptr<StreamClientCall> call_;
};

}  // namespace

std::unique_ptr<ClientStream> OpenClientStream(std::shared_ptr<ClientConnection> connection,
                                               const ClientCallOptions& options,
                                               Callback<void(const Status&)> ended) {
  auto call = std::make_shared<StreamClientCall>(std::move(connection), options,
                                                 std::move(ended));
  call->Start();
  return std::make_unique<LeanBlockingStream>(std::move(call));
}

}  // namespace alluxio::rpc
