// StreamCall: one stream of a client on the transport's reactor, and its blocking face.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "rpc/channel.h"

namespace alluxio::rpc {

// Operations started from outside the reactor's callbacks need the library's hold, which is given
// back once, when the stream has ended or its user has left. Thread-safe.
class StreamCall final : public ::grpc::ClientBidiReactor<::grpc::ByteBuffer, ::grpc::ByteBuffer>,
                         public std::enable_shared_from_this<StreamCall> {
 public:
  // `ended` runs once on a thread of the transport.
  StreamCall(std::shared_ptr<::grpc::Channel> connection, std::string method,
             Callback<void(const Status&)> ended);

  // `channel_id` may be empty.
  void Start(const std::string& channel_id);
  Status Send(std::string prefix, Bytes body);
  Status HalfClose();
  Result<std::optional<Bytes>> Receive(Duration timeout);
  void Cancel();
  // Nobody will ask for anything any more.
  void Abandon();

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const ::grpc::Status& status) override;

  Status WaitForWriteSlot() REQUIRES(mutex_);
  Status EndedStatus() const REQUIRES(mutex_);
  // Claims the right to start an operation; give it back with EndOperation.
  bool BeginOperation() REQUIRES(mutex_);
  void EndOperation() EXCLUDES(mutex_);
  bool ClaimRelease() REQUIRES(mutex_);
  bool ClaimRead() REQUIRES(mutex_);

  ::grpc::GenericStub stub_;
  const std::string method_;
  Callback<void(const Status&)> ended_;
  ::grpc::ClientContext context_;
  ::grpc::ByteBuffer incoming_;  // the transport's while reading_
  ::grpc::ByteBuffer outgoing_;  // the transport's while writing_
  std::shared_ptr<StreamCall> self_;  // until OnDone

  Mutex mutex_{LockRank::kTransport};
  CondVar changed_;
  // Received and not asked for yet: one; more only after a failed write.
  std::deque<Bytes> messages_ GUARDED_BY(mutex_);
  bool reading_ GUARDED_BY(mutex_) = false;
  bool reads_ended_ GUARDED_BY(mutex_) = false;
  bool discard_ GUARDED_BY(mutex_) = false;          // what still comes
  bool writing_ GUARDED_BY(mutex_) = false;
  bool write_failed_ GUARDED_BY(mutex_) = false;
  bool half_closed_ GUARDED_BY(mutex_) = false;
  bool abandoned_ GUARDED_BY(mutex_) = false;
  bool released_ GUARDED_BY(mutex_) = false;         // the hold is given back
  int starting_ GUARDED_BY(mutex_) = 0;              // operations being started
  std::optional<Status> status_ GUARDED_BY(mutex_);  // how the call ended
};

}  // namespace alluxio::rpc
