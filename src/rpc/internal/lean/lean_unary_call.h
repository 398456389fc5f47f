// LeanUnaryCall: one request, one answer: parsed, handled and answered on the loop's thread when
// the handler answers inline; otherwise answered from any thread through the loop.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "rpc/internal/http2/message_assembler.h"
#include "rpc/internal/lean/lean_call.h"

namespace alluxio::rpc {

class LeanUnaryCall final : public LeanCall,
                            public LoopTask,
                            public std::enable_shared_from_this<LeanUnaryCall> {
 public:
  LeanUnaryCall(std::shared_ptr<LeanPeer> peer, const ServedMethod* served,
                std::shared_ptr<const auth::User> user, const RequestHead& head);

  const std::string& method() const override { return *served().path; }
  // Only the first answer counts. Thread-safe.
  void Answer(Status status, Bytes response);
  void Abort(const Status& status) override;

 private:
  // Requests up to this size are kept in the call.
  static constexpr size_t kOwnBytes = 256;

  void OnHeaders(const HeaderBlock& headers) override;
  void OnData(std::string_view bytes) override;
  std::span<char> DirectRoom() override;
  void OnDataPlaced(size_t count) override;
  void OnPeerEnd() override;
  void OnClosed(Http2Error error) override;
  void RunOnLoop() override { Deliver(); }

  void Added(const Status& status, std::vector<Bytes>* messages);
  void Dispatch(Bytes request);
  void Deliver();

  const Duration started_;  // its headers were there
  const std::optional<Duration> timeout_;
  MessageAssembler request_;
  bool dispatched_ = false;
  std::atomic<bool> answered_{false};  // whoever sets it writes the two below
  Status status_;
  Bytes response_;
  char own_[kOwnBytes];
};

}  // namespace alluxio::rpc
