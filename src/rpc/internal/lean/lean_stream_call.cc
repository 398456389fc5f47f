#include "rpc/internal/lean/lean_stream_call.h"

#include <algorithm>
#include <utility>

#include "env/clock.h"
#include "rpc/internal/late_executor.h"

namespace alluxio::rpc {
namespace {

// Room for less is not worth a place of its own when reading.
constexpr size_t kWorthPlacing = 16 * 1024;

// What handlers hold of a stream. When the last holder lets go of a stream nobody finished, the
// client must not wait for ever.
class LeanSink final : public StreamSink {
 public:
  explicit LeanSink(std::shared_ptr<LeanStreamCall> call)
      : call_(call), as_call_(std::move(call)) {}
  ~LeanSink() override {
    call_->End(InternalError(call_->method() + ": the stream was dropped without an end"));
  }
  void Send(std::string prefix, Bytes body, Callback<void(bool alive)> sent) override {
    call_->Send(std::move(prefix), std::move(body), std::move(sent));
  }
  void Finish(Status status) override { call_->End(status); }
  const CallPtr& call() const override { return as_call_; }

 private:
  const std::shared_ptr<LeanStreamCall> call_;
  const CallPtr as_call_;
};

}  // namespace

LeanStreamCall::LeanStreamCall(std::shared_ptr<LeanPeer> peer, const ServedMethod* served,
                               std::shared_ptr<const auth::User> user, const RequestHead& head)
    : LeanCall(std::move(peer), served, std::move(user)),
      method_(*served->path),
      started_(Clock::Real().Monotonic()),
      timeout_(head.timeout),
      assembler_(shared_peer().max_message_bytes) {
  assembler_.SetCoding(*head.coding);
}

void LeanStreamCall::OnHeaders(const HeaderBlock&) {
  if (timeout_) StartDeadline(*timeout_);
  if (served().method->stream) {
    handler_ = served().method->stream(std::make_shared<LeanSink>(shared_from_this()));
  }
}

bool LeanStreamCall::ended() {
  MutexLock lock(mutex_);
  return ended_;
}

void LeanStreamCall::OnData(std::string_view bytes) {
  const size_t before = incoming_.size();
  Status status = assembler_.Add(bytes, &incoming_);
  Added(bytes.size(), before, status);
}

std::span<char> LeanStreamCall::DirectRoom() {
  std::span<char> room = assembler_.Room();
  return room.size() < kWorthPlacing ? std::span<char>() : room;
}

void LeanStreamCall::OnDataPlaced(size_t count) {
  const size_t before = incoming_.size();
  Status status = assembler_.Placed(count, &incoming_);
  if (attached()) Added(count, before, status);
}

// `before`: how many messages were there before the bytes came.
void LeanStreamCall::Added(size_t bytes, size_t before, const Status& status) {
  owed_ += bytes;
  for (size_t i = before; i < incoming_.size(); ++i) incoming_bytes_ += incoming_[i].size();
  if (!status.ok() || ended()) {
    // Nobody reads any more; what still comes is dropped.
    session()->Consumed(*this, std::exchange(owed_, 0));
    if (!status.ok()) End(status);
    return;
  }
  SetHeld(incoming_bytes_ + assembler_.held());
  if (session()->held_bytes() > shared_peer().max_held_bytes) {
    return End(ResourceExhausted("The server holds too much of this connection"));
  }
  DeliverNext();
}

void LeanStreamCall::DeliverNext() {
  if (delivering_) return;  // the loop below goes on
  delivering_ = true;
  std::shared_ptr<LeanStreamCall> self = shared_from_this();
  while (attached() && !busy_ && incoming_head_ < incoming_.size() && !ended()) {
    Bytes message = std::move(incoming_[incoming_head_]);
    if (++incoming_head_ == incoming_.size()) {
      incoming_.clear();
      incoming_head_ = 0;
    }
    incoming_bytes_ -= message.size();
    const size_t credit = std::min(owed_, message.size() + kMessagePrefixBytes);
    owed_ -= credit;
    session()->Consumed(*this, credit);
    SetHeld(incoming_bytes_ + assembler_.held());
    Deliver(std::move(message));
  }
  delivering_ = false;
  const bool idle = attached() && !busy_ && incoming_head_ == incoming_.size();
  // The handler waits for a message that may be larger than the window. While it is busy the sender
  // waits.
  if (idle && owed_ > 0) session()->Consumed(*this, std::exchange(owed_, 0));
  if (idle && peer_ended() && !ended() && !std::exchange(half_closed_, true)) ReadEnded();
}

void LeanStreamCall::Deliver(Bytes message) {
  if (handler_ == nullptr) {
    if (std::exchange(started_serving_, true)) return;
    std::shared_ptr<LeanStreamCall> self = shared_from_this();
    return served().method->server_stream(self, std::move(message),
                                          std::make_shared<LeanSink>(self));
  }
  busy_ = true;
  handler_->OnMessage(std::move(message), [call = shared_from_this()]() mutable {
    if (call != nullptr) std::exchange(call, nullptr)->MessageDone();
  });
}

void LeanStreamCall::MessageDone() {
  if (loop().Current()) {
    busy_ = false;
    return DeliverNext();
  }
  bool post = false;
  {
    MutexLock lock(mutex_);
    done_ = true;
    post = !std::exchange(posted_, true);
  }
  if (post) loop().Post(std::shared_ptr<LoopTask>(shared_from_this()));
}

void LeanStreamCall::OnPeerEnd() { DeliverNext(); }

void LeanStreamCall::ReadEnded() {
  if (assembler_.midway()) return End(InternalError("Half-closed within a message"));
  if (handler_ != nullptr) return handler_->OnHalfClose();
  if (!started_serving_) End(InternalError("Half-closed without a request"));
}

void LeanStreamCall::Send(std::string prefix, Bytes body, Callback<void(bool alive)> sent) {
  bool queued = false;
  bool post = !loop().Current();
  {
    MutexLock lock(mutex_);
    if (!ended_) {
      outbox_.push_back({FramedPrefix(prefix, prefix.size() + body.size()), std::move(body),
                         std::move(sent)});
      queued = true;
      post = post && !std::exchange(posted_, true);
    }
  }
  if (queued) return Kick(post);
  // The sender may hold locks that its callback takes.
  if (sent) RunLater([sent = std::move(sent)]() mutable { sent(false); });
}

void LeanStreamCall::End(const Status& status) {
  bool post = !loop().Current();
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    ended_ = true;
    end_ = status;
    post = post && !std::exchange(posted_, true);
  }
  Kick(post);
}

void LeanStreamCall::Kick(bool post) {
  if (loop().Current()) return ApplyOutbox();
  // Fails only when the server has stopped; the stream was closed before that.
  if (post) loop().Post(std::shared_ptr<LoopTask>(shared_from_this()));
}

void LeanStreamCall::RunOnLoop() {
  bool done = false;
  {
    MutexLock lock(mutex_);
    posted_ = false;
    done = std::exchange(done_, false);
  }
  ApplyOutbox();
  if (!done) return;
  busy_ = false;
  DeliverNext();
}

void LeanStreamCall::ApplyOutbox() {
  // Without a stream it stays for OnClosed, which may run callbacks: this may not.
  if (!attached()) return;
  std::vector<Outgoing> messages;
  std::optional<Status> end;
  {
    MutexLock lock(mutex_);
    messages.swap(outbox_);
    end.swap(end_);
  }
  for (Outgoing& message : messages) {
    SendInitialHeaders();
    session()->SendMessage(*this, std::move(message.prefix), std::move(message.body),
                           std::move(message.sent));
  }
  if (end) Finish(*std::move(end));
}

void LeanStreamCall::Abort(const Status& status) {
  SetCancelled();
  {
    MutexLock lock(mutex_);
    ended_ = true;
    end_.reset();
  }
  FinishNow(status);
}

void LeanStreamCall::OnClosed(Http2Error error) {
  StopDeadline();
  if (error != Http2Error::kNone) SetCancelled();
  std::vector<Outgoing> dropped;
  {
    MutexLock lock(mutex_);
    ended_ = true;
    dropped.swap(outbox_);
  }
  for (Outgoing& message : dropped) {
    if (message.sent) message.sent(false);
  }
  incoming_.clear();
  if (served().timer != nullptr) served().timer->Record(Clock::Real().Monotonic() - started_);
  if (handler_ == nullptr) return;
  handler_->OnEnd(cancelled() ? Cancelled(method_ + ": the client went away") : OkStatus());
  handler_.reset();
}

}  // namespace alluxio::rpc
