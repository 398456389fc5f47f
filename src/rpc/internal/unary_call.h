// UnaryCall: one call with one request and one answer, on the transport's shortest path.
//
// The transport reads the request together with the call, so two events carry the whole call; all
// reactions run on the thread that found them, without a hop. The object keeps itself alive until
// the transport is done with it. Thread-safe.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>
#include <grpcpp/support/slice.h>

#include <atomic>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "rpc/internal/served_methods.h"
#include "rpc/service.h"

namespace grpc {
class CallbackServerContext;
}

namespace alluxio::rpc {

class UnaryCall final : public ::grpc::ServerUnaryReactor,
                        public Call,
                        public std::enable_shared_from_this<UnaryCall> {
 public:
  // `path` lives as long as the server; `answer` is the transport's and read after Finish.
  UnaryCall(::grpc::CallbackServerContext* context, const std::string& path, ServedMethod served,
            std::shared_ptr<const auth::User> user, ::grpc::ByteBuffer* answer);

  // Hands `request` to the handler; or ends the call at once with an error.
  void Serve(const ::grpc::ByteBuffer* request);
  void Refuse(const Status& status);

  const std::string& method() const override { return path_; }
  const auth::User& user() const override { return *user_; }
  // Empty when nobody asked before the answer.
  const std::string& peer() const override EXCLUDES(mutex_);
  bool cancelled() const override { return cancelled_.load(std::memory_order_acquire); }

  // Only the first answer counts.
  void Answer(Status status, Bytes response) EXCLUDES(mutex_);

  // The transport asks whether OnCancel and OnDone may run on its own threads: both only touch
  // this object.
  bool InternalInlineable() override { return true; }

 private:
  void OnDone() override;
  void OnCancel() override;

  ::grpc::CallbackServerContext* const context_;  // valid until the answer
  const std::string& path_;
  const ServedMethod served_;
  const std::shared_ptr<const auth::User> user_;
  ::grpc::ByteBuffer* const answer_;  // valid until the answer is given
  const Duration started_;
  std::atomic<bool> cancelled_{false};  // release on write: what led to it is visible
  ::grpc::Slice request_;
  std::shared_ptr<UnaryCall> self_;  // until OnDone

  mutable Mutex mutex_{LockRank::kTransport};
  bool answered_ GUARDED_BY(mutex_) = false;
  mutable std::string peer_ GUARDED_BY(mutex_);  // set once
};

}  // namespace alluxio::rpc
