#include "rpc/internal/client_session.h"

#include "env/rng.h"
#include "rpc/internal/grpc_convert.h"
#include "rpc/sasl_service.h"

namespace alluxio::rpc {

ClientSession::ClientSession(std::shared_ptr<::grpc::Channel> connection, std::string server)
    : stub_(std::move(connection)), server_(std::move(server)), id_(Rng::Real().Uuid()) {}

void ClientSession::Start(const auth::PlainCredentials& credentials, Duration timeout,
                          Callback<void(Status)> ready) {
  {
    MutexLock lock(mutex_);
    ready_ = std::move(ready);
  }
  ToByteBuffer(HandshakeMessage(credentials, id_), Bytes(), &request_);

  self_ = shared_from_this();
  std::shared_ptr<ClientSession> self = self_;  // OnDone may come before this function is over
  stub_.PrepareBidiStreamingCall(&context_, kSaslMethod, ::grpc::StubOptions(), this);
  timeout_.Set(DeadlineAfter(timeout), [weak = weak_from_this()](bool expired) {
    std::shared_ptr<ClientSession> session = weak.lock();
    if (!expired || session == nullptr) return;
    if (session->open()) return;
    session->Settle(State::kEnded, Unavailable("Failed to connect to remote server: " +
                                               session->server_ + ": authentication timed out"));
    session->context_.TryCancel();
  });
  StartWrite(&request_);
  StartRead(&incoming_);
  StartCall();
}

void ClientSession::Close() { context_.TryCancel(); }

bool ClientSession::open() {
  MutexLock lock(mutex_);
  return state_ == State::kOpen;
}

void ClientSession::OnReadDone(bool ok) {
  if (!ok) return;  // OnDone follows
  Status outcome = HandshakeOutcome(FromByteBuffer(&incoming_), server_);
  Settle(outcome.ok() ? State::kOpen : State::kEnded, outcome);
  if (!outcome.ok()) context_.TryCancel();
  StartRead(&incoming_);
}

void ClientSession::OnDone(const ::grpc::Status& status) {
  Settle(State::kEnded, HandshakeError(FromGrpcStatus(status), server_));
  timeout_.Cancel();
  std::shared_ptr<ClientSession> self = std::move(self_);
}

void ClientSession::Settle(State state, const Status& outcome) {
  Callback<void(Status)> ready;
  {
    MutexLock lock(mutex_);
    if (state_ == State::kEnded) return;
    state_ = state;
    std::swap(ready, ready_);
  }
  if (ready) ready(outcome);
}

}  // namespace alluxio::rpc
