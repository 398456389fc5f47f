#include "rpc/internal/stream_call.h"

#include <utility>

#include "env/clock.h"
#include "rpc/internal/grpc_convert.h"

namespace alluxio::rpc {
namespace {

// How long a failed Send waits to learn why.
constexpr Duration kReasonTimeout = std::chrono::seconds(5);

}  // namespace

StreamCall::StreamCall(std::shared_ptr<::grpc::Channel> connection, std::string method,
                       Callback<void(const Status&)> ended)
    : stub_(std::move(connection)), method_(std::move(method)), ended_(std::move(ended)) {}

void StreamCall::Start(const std::string& channel_id) {
  if (!channel_id.empty()) context_.AddMetadata("channel-id", channel_id);
  self_ = shared_from_this();
  {
    MutexLock lock(mutex_);
    reading_ = true;
  }
  stub_.PrepareBidiStreamingCall(&context_, method_, ::grpc::StubOptions(), this);
  AddHold();
  StartRead(&incoming_);
  StartCall();
}

bool StreamCall::BeginOperation() {
  if (released_) return false;
  ++starting_;
  return true;
}

bool StreamCall::ClaimRelease() {
  if (released_ || starting_ > 0 || (!reads_ended_ && !abandoned_)) return false;
  released_ = true;
  return true;
}

void StreamCall::EndOperation() {
  bool release = false;
  {
    MutexLock lock(mutex_);
    --starting_;
    release = ClaimRelease();
  }
  if (release) RemoveHold();
}

bool StreamCall::ClaimRead() {
  if (reading_ || reads_ended_ || !BeginOperation()) return false;
  reading_ = true;
  return true;
}

Status StreamCall::EndedStatus() const {
  if (status_ && !status_->ok()) return *status_;
  if (status_) return Cancelled(method_ + ": the server has ended the stream");
  return Unavailable(method_ + ": the stream is broken");
}

Status StreamCall::WaitForWriteSlot() {
  while (writing_ && !write_failed_ && !status_) changed_.Wait(mutex_);
  if (!write_failed_ && !status_ && !reads_ended_) return OkStatus();
  // The reason comes with the end of the call, which comes after everything the server sent.
  const Duration deadline = Clock::Real().Monotonic() + kReasonTimeout;
  while (!status_) {
    Duration left = deadline - Clock::Real().Monotonic();
    if (left <= Duration::zero()) break;
    changed_.WaitFor(mutex_, left);
  }
  return EndedStatus();
}

Status StreamCall::Send(std::string prefix, Bytes body) {
  {
    MutexLock lock(mutex_);
    RETURN_IF_ERROR(WaitForWriteSlot());
    if (half_closed_) return FailedPrecondition(method_ + ": sent after the half-close");
    if (!BeginOperation()) return EndedStatus();
    writing_ = true;
  }
  ToByteBuffer(std::move(prefix), std::move(body), &outgoing_);
  StartWrite(&outgoing_);
  EndOperation();
  return OkStatus();
}

Status StreamCall::HalfClose() {
  {
    MutexLock lock(mutex_);
    if (half_closed_) return OkStatus();
    Status slot = WaitForWriteSlot();
    if (!slot.ok()) return status_ && status_->ok() ? OkStatus() : slot;
    half_closed_ = true;
    if (!BeginOperation()) return EndedStatus();
  }
  StartWritesDone();
  EndOperation();
  return OkStatus();
}

Result<std::optional<Bytes>> StreamCall::Receive(Duration timeout) {
  std::optional<Bytes> message;
  bool read = false;
  {
    MutexLock lock(mutex_);
    const Duration start = Clock::Real().Monotonic();
    while (messages_.empty() && !status_) {
      Duration left = timeout - (Clock::Real().Monotonic() - start);
      if (left <= Duration::zero()) {
        return DeadlineExceeded(method_ + ": nothing received within " +
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
    read = messages_.empty() && ClaimRead();
  }
  if (read) {
    StartRead(&incoming_);
    EndOperation();
  }
  return message;
}

void StreamCall::Cancel() {
  context_.TryCancel();
  bool read = false;
  {
    MutexLock lock(mutex_);
    discard_ = true;
    messages_.clear();
    read = ClaimRead();
  }
  if (!read) return;
  StartRead(&incoming_);
  EndOperation();
}

void StreamCall::Abandon() {
  bool release = false;
  bool cancel = false;
  {
    MutexLock lock(mutex_);
    cancel = !status_;
    abandoned_ = true;
    discard_ = true;
    release = ClaimRelease();
  }
  if (cancel) context_.TryCancel();
  if (release) RemoveHold();
}

void StreamCall::OnReadDone(bool ok) {
  bool again = false;
  bool release = false;
  Bytes received;
  if (ok) received = FromByteBuffer(&incoming_);
  {
    MutexLock lock(mutex_);
    if (ok && discard_) {
      again = true;
    } else if (ok) {
      messages_.push_back(std::move(received));
      // After a failed write the end of the call must be seen, asked for or not; what is still to
      // come fits the stream's window, because the server has stopped sending.
      reading_ = again = write_failed_;
    } else {
      reading_ = false;
      reads_ended_ = true;
      release = ClaimRelease();
    }
    changed_.NotifyAll();
  }
  if (again) StartRead(&incoming_);
  if (release) RemoveHold();
}

void StreamCall::OnWriteDone(bool ok) {
  bool read = false;
  {
    MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) {
      write_failed_ = true;
      read = ClaimRead();
    }
    changed_.NotifyAll();
  }
  if (!read) return;
  StartRead(&incoming_);
  EndOperation();
}

void StreamCall::OnDone(const ::grpc::Status& status) {
  Status end = FromGrpcStatus(status);
  {
    MutexLock lock(mutex_);
    status_ = end;
    changed_.NotifyAll();
  }
  if (ended_) ended_(end);
  std::shared_ptr<StreamCall> self = std::move(self_);
}

}  // namespace alluxio::rpc
