#include "rpc/internal/server_call.h"

#include <utility>

#include "env/clock.h"
#include "rpc/internal/grpc_convert.h"
#include "rpc/internal/late_executor.h"

namespace alluxio::rpc {
namespace {

// What handlers hold of a stream. When the last holder lets go of a stream nobody finished, the
// client must not wait for ever.
class Sink : public StreamSink {
 public:
  explicit Sink(std::shared_ptr<ServerCall> call) : call_(call), as_call_(std::move(call)) {}
  ~Sink() override {
    call_->End(InternalError(call_->method() + ": the stream was dropped without an end"));
  }
  void Send(std::string prefix, Bytes body, Callback<void(bool alive)> sent) override {
    call_->Send(std::move(prefix), std::move(body), std::move(sent));
  }
  void Finish(Status status) override { call_->End(status); }
  const CallPtr& call() const override { return as_call_; }

 private:
  const std::shared_ptr<ServerCall> call_;
  const CallPtr as_call_;
};

}  // namespace

ServerCall::ServerCall(::grpc::GenericCallbackServerContext* context, ServedMethod served,
                       std::shared_ptr<const auth::User> user)
    : context_(context),
      served_(served),
      user_(std::move(user)),
      method_(context->method()),
      peer_(PeerText(context->peer())),
      started_(Clock::Real().Monotonic()) {}

void ServerCall::Serve() {
  self_ = shared_from_this();
  if (served_.method->stream) handler_ = served_.method->stream(std::make_shared<Sink>(self_));
  ReadNext();
}

void ServerCall::Refuse(const Status& status) {
  self_ = shared_from_this();
  End(status);
}

bool ServerCall::ended() {
  MutexLock lock(mutex_);
  return ended_;
}

void ServerCall::OnReadDone(bool ok) {
  ::grpc::ByteBuffer received;
  received.Swap(&incoming_);
  // A broken call also ends the reading. Taking that for a half-close would commit what the client
  // meant to give up; the context knows which of the two it was.
  if (!ok && context_->IsCancelled()) return OnCancel();
  if (ended()) return;
  if (ok) {
    Dispatch(FromByteBuffer(&received));
  } else {
    ReadEnded();
  }
}

void ServerCall::ReadEnded() {
  if (handler_ != nullptr) return handler_->OnHalfClose();
  End(InternalError("Half-closed without a request"));
}

void ServerCall::Dispatch(Bytes message) {
  if (handler_ != nullptr) return Deliver(std::move(message));
  served_.method->server_stream(self_, std::move(message), std::make_shared<Sink>(self_));
}

void ServerCall::Deliver(Bytes message) {
  {
    MutexLock lock(mutex_);
    in_handler_ = true;
    read_wanted_ = false;
  }
  handler_->OnMessage(std::move(message), [call = self_]() mutable {
    if (call != nullptr) std::exchange(call, nullptr)->MessageDone();
  });
  bool wanted = false;
  {
    MutexLock lock(mutex_);
    in_handler_ = false;
    wanted = read_wanted_;
  }
  if (wanted) ReadNext();
}

void ServerCall::MessageDone() {
  {
    MutexLock lock(mutex_);
    if (in_handler_) {
      // The next message must not arrive on another thread while this one is being handled.
      read_wanted_ = true;
      return;
    }
  }
  ReadNext();
}

void ServerCall::ReadNext() {
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    ++starting_reads_;
  }
  StartRead(&incoming_);
  NextStep step;
  {
    MutexLock lock(mutex_);
    --starting_reads_;
    step = ClaimLocked();
  }
  Take(step);
}

void ServerCall::Send(std::string prefix, Bytes body, Callback<void(bool alive)> sent) {
  ::grpc::ByteBuffer buffer;
  ToByteBuffer(std::move(prefix), std::move(body), &buffer);
  NextStep step;
  bool queued = false;
  {
    MutexLock lock(mutex_);
    if (!ended_) {
      Outgoing& message = queue_.emplace_back();
      message.buffer.Swap(&buffer);
      message.sent = std::move(sent);
      step = ClaimLocked();
      queued = true;
    }
  }
  if (queued) return Take(step);
  // The sender may hold locks that its callback takes.
  if (sent) RunLater([sent = std::move(sent)]() mutable { sent(false); });
}

void ServerCall::End(const Status& status) {
  NextStep step;
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    ended_ = true;
    final_ = status;
    step = ClaimLocked();
  }
  Take(step);
}

ServerCall::NextStep ServerCall::ClaimLocked() {
  NextStep step;
  if (finishing_ || writing_) return step;
  if (!queue_.empty()) {
    writing_ = true;
    step.write = &queue_.front().buffer;
  } else if (ended_ && starting_reads_ == 0) {
    finishing_ = true;
    step.finish = final_;
  }
  return step;
}

void ServerCall::Take(const NextStep& step) {
  if (step.write != nullptr) {
    StartWrite(step.write);
  } else if (step.finish) {
    Finish(ToGrpcStatus(*step.finish));
  }
}

void ServerCall::OnWriteDone(bool ok) {
  Outgoing written;
  std::list<Outgoing> dropped;
  NextStep step;
  {
    MutexLock lock(mutex_);
    written.buffer.Swap(&queue_.front().buffer);
    written.sent = std::move(queue_.front().sent);
    queue_.pop_front();
    writing_ = false;
    if (!ok) {
      dropped.swap(queue_);
      if (!ended_) final_ = Cancelled("The client went away");
      ended_ = true;
    }
    step = ClaimLocked();
  }
  Take(step);
  if (written.sent) written.sent(ok);
  DropAll(&dropped);
}

void ServerCall::OnCancel() {
  cancelled_.store(true, std::memory_order_release);
  std::list<Outgoing> dropped;
  NextStep step;
  {
    MutexLock lock(mutex_);
    if (!ended_) final_ = Cancelled("The client went away");
    ended_ = true;
    dropped.swap(queue_);
    if (writing_) {
      // The message being written stays: the transport still reads it.
      queue_.splice(queue_.begin(), dropped, dropped.begin());
    }
    step = ClaimLocked();
  }
  Take(step);
  DropAll(&dropped);
}

void ServerCall::DropAll(std::list<Outgoing>* messages) {
  for (Outgoing& message : *messages) {
    if (message.sent) message.sent(false);
  }
}

void ServerCall::OnDone() {
  if (served_.timer != nullptr) served_.timer->Record(Clock::Real().Monotonic() - started_);
  std::shared_ptr<ServerCall> self = std::move(self_);
  if (handler_ == nullptr) return;
  handler_->OnEnd(cancelled() ? Cancelled(method_ + ": the client went away") : OkStatus());
  handler_.reset();
}

}  // namespace alluxio::rpc
