// ClientSession: one authentication of this process at a server: an id, and the stream that keeps
// it valid. Used by GrpcChannel, which starts a new one when this one has ended. Thread-safe.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <memory>
#include <string>

#include "auth/plain.h"
#include "base/callback.h"
#include "base/duration.h"
#include "base/mutex.h"
#include "base/status.h"

namespace alluxio::rpc {

class ClientSession final
    : public ::grpc::ClientBidiReactor<::grpc::ByteBuffer, ::grpc::ByteBuffer>,
      public std::enable_shared_from_this<ClientSession> {
 public:
  // `server` is for messages.
  ClientSession(std::shared_ptr<::grpc::Channel> connection, std::string server);

  // Begins the handshake; `ready` runs once, with its outcome, on a thread of the transport.
  void Start(const auth::PlainCredentials& credentials, Duration timeout,
             Callback<void(Status)> ready);
  // Ends the session at the server too.
  void Close();

  // False before the handshake is over and after the stream has ended.
  bool open() EXCLUDES(mutex_);
  const std::string& id() const { return id_; }

 private:
  enum class State { kHandshake, kOpen, kEnded };

  void OnReadDone(bool ok) override;
  void OnDone(const ::grpc::Status& status) override;
  void Settle(State state, const Status& outcome) EXCLUDES(mutex_);
  Status HandshakeError(const Status& ended) const;

  ::grpc::GenericStub stub_;
  const std::string server_;
  const std::string id_;  // works like a password: never logged
  ::grpc::ClientContext context_;
  ::grpc::ByteBuffer request_;
  ::grpc::ByteBuffer incoming_;
  ::grpc::Alarm timeout_;
  std::shared_ptr<ClientSession> self_;  // until OnDone

  Mutex mutex_{LockRank::kTransport};
  State state_ GUARDED_BY(mutex_) = State::kHandshake;
  Callback<void(Status)> ready_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::rpc
