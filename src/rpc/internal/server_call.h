// ServerCall: one stream on a server, from its first byte to its last, on the transport's reactor.
//
// It keeps itself alive until the transport is done with it. No operation of the transport may
// start after the finish, because the transport may drop its side any time after that: whoever
// starts one claims the right to under the lock (writing_, starting_reads_, finishing_) and starts
// it without the lock, because the transport may run foreign code inside. Thread-safe.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <atomic>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "rpc/internal/unary_call.h"
#include "rpc/service.h"

namespace alluxio::rpc {

class ServerCall final : public ::grpc::ServerGenericBidiReactor,
                         public Call,
                         public std::enable_shared_from_this<ServerCall> {
 public:
  ServerCall(::grpc::GenericCallbackServerContext* context, ServedMethod served,
             std::shared_ptr<const auth::User> user);

  // Begins to serve; or ends the call at once with an error.
  void Serve();
  void Refuse(const Status& status);

  const std::string& method() const override { return method_; }
  const auth::User& user() const override { return *user_; }
  const std::string& peer() const override { return peer_; }
  bool cancelled() const override { return cancelled_.load(std::memory_order_acquire); }

  // The sending half.
  void Send(std::string prefix, Bytes body, Callback<void(bool alive)> sent);
  void End(const Status& status);

 private:
  struct Outgoing {
    ::grpc::ByteBuffer buffer;
    Callback<void(bool alive)> sent;
  };

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  void Dispatch(Bytes message);
  void Deliver(Bytes message);
  void MessageDone();
  void ReadNext();
  void ReadEnded();
  bool ended() EXCLUDES(mutex_);
  // The next operation to start, if any may start now.
  struct NextStep {
    ::grpc::ByteBuffer* write = nullptr;
    std::optional<Status> finish;
  };
  NextStep ClaimLocked() REQUIRES(mutex_);
  void Take(const NextStep& step) EXCLUDES(mutex_);
  static void DropAll(std::list<Outgoing>* messages);

  ::grpc::GenericCallbackServerContext* const context_;  // valid until OnDone
  const ServedMethod served_;
  const std::shared_ptr<const auth::User> user_;
  const std::string method_;
  const std::string peer_;
  const Duration started_;
  std::atomic<bool> cancelled_{false};  // release on write: what led to it is visible
  std::shared_ptr<ServerCall> self_;    // until OnDone
  std::unique_ptr<StreamHandler> handler_;
  ::grpc::ByteBuffer incoming_;  // written by the transport between StartRead and OnReadDone

  Mutex mutex_{LockRank::kTransport};
  bool in_handler_ GUARDED_BY(mutex_) = false;     // inside OnMessage
  bool read_wanted_ GUARDED_BY(mutex_) = false;    // `done` ran inside OnMessage
  std::list<Outgoing> queue_ GUARDED_BY(mutex_);  // the first is being written while writing_
  bool writing_ GUARDED_BY(mutex_) = false;
  int starting_reads_ GUARDED_BY(mutex_) = 0;
  bool ended_ GUARDED_BY(mutex_) = false;          // final_ is decided
  Status final_ GUARDED_BY(mutex_);
  bool finishing_ GUARDED_BY(mutex_) = false;      // no operation may start any more
};

}  // namespace alluxio::rpc
