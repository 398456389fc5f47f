// LeanStreamCall: a call whose answer, or both directions, are streams of messages.
//
// What handlers do from other threads is kept in an outbox and applied on the loop in the order it
// came; on the loop's own thread it is applied at once, after what is in the outbox. Incoming
// messages are delivered one at a time; a message counts as received by the peer when it is
// delivered, so a slow handler holds the sender back.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "rpc/internal/http2/message_assembler.h"
#include "rpc/internal/lean/lean_call.h"

namespace alluxio::rpc {

class LeanStreamCall final : public LeanCall,
                             public LoopTask,
                             public std::enable_shared_from_this<LeanStreamCall> {
 public:
  LeanStreamCall(std::shared_ptr<LeanPeer> peer, const ServedMethod* served,
                 std::shared_ptr<const auth::User> user, const RequestHead& head);

  const std::string& method() const override { return method_; }
  void Abort(const Status& status) override;

  // The sending half; thread-safe.
  void Send(std::string prefix, Bytes body, Callback<void(bool alive)> sent) EXCLUDES(mutex_);
  void End(const Status& status) EXCLUDES(mutex_);

 private:
  struct Outgoing {
    std::string prefix;
    Bytes body;
    Callback<void(bool alive)> sent;
  };

  void OnHeaders(const HeaderBlock& headers) override;
  void OnData(std::string_view bytes) override;
  std::span<char> DirectRoom() override;
  void OnDataPlaced(size_t count) override;
  void OnPeerEnd() override;
  void OnClosed(Http2Error error) override;
  void RunOnLoop() override;

  void Added(size_t bytes, size_t before, const Status& status);
  void DeliverNext();
  void Deliver(Bytes message);
  void MessageDone() EXCLUDES(mutex_);
  void ReadEnded();
  bool ended() EXCLUDES(mutex_);
  // Applies the outbox, now or soon. `post`: nobody has posted this yet.
  void Kick(bool post);
  void ApplyOutbox() EXCLUDES(mutex_);

  const std::string method_;
  const Duration started_;
  const std::optional<Duration> timeout_;

  // Of the loop's thread.
  MessageAssembler assembler_;
  std::unique_ptr<StreamHandler> handler_;
  std::vector<Bytes> incoming_;
  size_t incoming_head_ = 0;
  size_t incoming_bytes_ = 0;     // of the messages in incoming_
  size_t owed_ = 0;          // received bytes that the peer has no credit for yet
  bool busy_ = false;        // the handler has a message
  bool delivering_ = false;
  bool started_serving_ = false;  // server streams: the request was handed over
  bool half_closed_ = false;      // OnHalfClose was called

  Mutex mutex_{LockRank::kTransport};
  std::vector<Outgoing> outbox_ GUARDED_BY(mutex_);
  std::optional<Status> end_ GUARDED_BY(mutex_);  // to be applied after the outbox
  bool ended_ GUARDED_BY(mutex_) = false;         // nothing may be sent any more
  bool done_ GUARDED_BY(mutex_) = false;          // MessageDone() on another thread
  bool posted_ GUARDED_BY(mutex_) = false;        // RunOnLoop is to come
};

}  // namespace alluxio::rpc
