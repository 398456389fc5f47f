#include "rpc/internal/unary_call.h"

#include <grpcpp/server_context.h>

#include <utility>

#include "env/clock.h"
#include "rpc/internal/grpc_convert.h"
#include "rpc/internal/one_answer.h"

namespace alluxio::rpc {
UnaryCall::UnaryCall(::grpc::CallbackServerContext* context, const std::string& path,
                     ServedMethod served, std::shared_ptr<const auth::User> user,
                     ::grpc::ByteBuffer* answer)
    : context_(context),
      path_(path),
      served_(served),
      user_(std::move(user)),
      answer_(answer),
      started_(Clock::Real().Monotonic()) {}

void UnaryCall::Serve(const ::grpc::ByteBuffer* request) {
  self_ = shared_from_this();
  if (!request->Valid()) return Refuse(InternalError("Half-closed without a request"));
  if (!request->TrySingleSlice(&request_).ok() && !request->DumpToSingleSlice(&request_).ok()) {
    return Refuse(InternalError(path_ + ": cannot read the request"));
  }
  std::string_view view(reinterpret_cast<const char*>(request_.begin()), request_.size());
  served_.method->unary(self_, Bytes::FromOwner(view, self_),
                        [answer = OneAnswer<UnaryCall>(self_)](Status status,
                                                               Bytes response) mutable {
                          answer(std::move(status), std::move(response));
                        });
}

void UnaryCall::Refuse(const Status& status) {
  self_ = shared_from_this();
  Answer(status, Bytes());
}

const std::string& UnaryCall::peer() const {
  MutexLock lock(mutex_);
  if (peer_.empty() && !answered_) peer_ = PeerText(context_->peer());
  return peer_;
}

void UnaryCall::Answer(Status status, Bytes response) {
  {
    MutexLock lock(mutex_);
    if (answered_) return;
    answered_ = true;
  }
  if (!status.ok()) return Finish(ToGrpcStatus(status));
  ToByteBuffer(response, answer_);
  Finish(::grpc::Status::OK);
}

void UnaryCall::OnCancel() {
  cancelled_.store(true, std::memory_order_release);
  // Nobody waits for the handler, which may take its time.
  Answer(Cancelled("The client went away"), Bytes());
}

void UnaryCall::OnDone() {
  if (served_.timer != nullptr) served_.timer->Record(Clock::Real().Monotonic() - started_);
  std::exchange(self_, nullptr);
}

}  // namespace alluxio::rpc
