// LeanCall: what every call on a lean server is: a stream of its connection, a deadline, and an end
// that is written as trailers. LeanRefusal is a call that ends before it begins.
//
// The stream side belongs to the loop of the connection; what a handler sees is thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "rpc/internal/http2/grpc_head.h"
#include "rpc/internal/http2/http2_session.h"
#include "rpc/internal/lean/loop.h"
#include "rpc/internal/served_methods.h"
#include "rpc/service.h"

namespace alluxio::rpc {

// What the calls of a connection share; may outlive it.
struct LeanPeer {
  std::shared_ptr<Loop> loop;
  std::string name;                 // "ipv4:127.0.0.1:40000"
  size_t max_message_bytes = 0;
  size_t max_held_bytes = 0;        // of messages that are not complete or not taken yet
  std::atomic<int64_t> live_calls{0};  // relaxed: a limit, not an order
};

class LeanCall : public Http2Stream, public Call {
 public:
  LeanCall(std::shared_ptr<LeanPeer> peer, const ServedMethod* served,
           std::shared_ptr<const auth::User> user);
  ~LeanCall() override;

  const auth::User& user() const override { return *user_; }
  const std::string& peer() const override { return peer_->name; }
  bool cancelled() const override { return cancelled_.load(std::memory_order_acquire); }

  // Ends the call from the server's side, now.
  virtual void Abort(const Status& status) = 0;

 protected:
  Loop& loop() { return *peer_->loop; }
  const LeanPeer& shared_peer() const { return *peer_; }
  const ServedMethod& served() const { return *served_; }
  void StartDeadline(Duration timeout);
  void StopDeadline() { deadline_.Cancel(); }
  void SetCancelled() { cancelled_.store(true, std::memory_order_release); }
  // Sends `final_status` after what is queued; or at once, dropping that.
  void Finish(Status final_status);
  void FinishNow(Status final_status);
  void SendInitialHeaders();
  // A short answer and OK, to a call that has sent nothing, when it can leave now.
  bool SendWhole(std::string_view message);
  // Keeps the session's account of memory.
  void SetHeld(size_t bytes);

  void OnHeaders(const HeaderBlock& headers) override = 0;
  void WriteEnd() override;

 private:
  const std::shared_ptr<LeanPeer> peer_;
  const ServedMethod* const served_;
  const std::shared_ptr<const auth::User> user_;
  std::atomic<bool> cancelled_{false};  // release on write: what led to it is visible
  LoopTimer deadline_;
  Status final_;
  bool headers_sent_ = false;
};

class LeanRefusal final : public LeanCall {
 public:
  // With an HTTP status other than "200" there is no gRPC in the answer; with `reset` no answer.
  struct Answer {
    Status status;
    std::string_view http_status = "200";
    Http2Error reset = Http2Error::kNone;
  };
  LeanRefusal(std::shared_ptr<LeanPeer> peer, Answer answer);

  const std::string& method() const override;
  void Abort(const Status&) override {}

 private:
  void OnHeaders(const HeaderBlock& headers) override;
  void OnData(std::string_view bytes) override;
  void OnPeerEnd() override;
  void WriteEnd() override;
  void OnClosed(Http2Error) override {}

  const Answer answer_;
};

}  // namespace alluxio::rpc
