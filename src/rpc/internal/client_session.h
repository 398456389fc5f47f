// ClientSession: a session on the transport library. Thread-safe.
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
#include "rpc/internal/client_wire.h"

namespace alluxio::rpc {

class ClientSession final
    : public ::grpc::ClientBidiReactor<::grpc::ByteBuffer, ::grpc::ByteBuffer>,
      public WireSession,
      public std::enable_shared_from_this<ClientSession> {
 public:
  // `server` is for messages.
  ClientSession(std::shared_ptr<::grpc::Channel> connection, std::string server);

  void Start(const auth::PlainCredentials& credentials, Duration timeout,
             Callback<void(Status)> ready) override;
  void Close() override;
  bool open() override EXCLUDES(mutex_);
  const std::string& id() const override { return id_; }

 private:
  enum class State { kHandshake, kOpen, kEnded };

  void OnReadDone(bool ok) override;
  void OnDone(const ::grpc::Status& status) override;
  void Settle(State state, const Status& outcome) EXCLUDES(mutex_);

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
