// ClientCall: one call of a client: a stream of its connection, and what gRPC makes of it.
//
//   Start -> (waits for the connection) -> headers sent -> messages both ways -> ended
//
// Start, Send, EndRequests, Credit and GiveUp may be called from any thread and take effect in that
// order on the loop's thread, where derived classes are told what happens.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/callback.h"
#include "rpc/internal/http2/grpc_head.h"
#include "rpc/internal/http2/http2_session.h"
#include "rpc/internal/http2/message_assembler.h"
#include "rpc/internal/lean/loop.h"

namespace alluxio::rpc {

class ClientConnection;

struct ClientCallOptions {
  std::string method;
  std::string channel_id;            // "" = none
  std::optional<Duration> deadline;  // of the monotonic clock
  size_t max_message_bytes = 0;
  bool credit_at_once = true;        // false: the user tells what it has taken
};

class ClientCall : public Http2Stream, public std::enable_shared_from_this<ClientCall> {
 public:
  ClientCall(std::shared_ptr<ClientConnection> connection, const ClientCallOptions& options);

  void Start();
  // `written` (may be null) runs when the connection has taken the message, or never will (false).
  void Send(std::string prefix, Bytes body, Callback<void(bool)> written);
  void EndRequests();
  // The user has taken messages of so many bytes.
  void Credit(size_t bytes);
  // Ends the call on this side.
  void GiveUp(const Status& why);

  // Of the connection, on the loop's thread.
  void Opened(Http2Session& session);
  void Fail(const Status& why) { End(why); }
  bool over() const { return over_; }

 protected:
  // Messages come before the end, which comes once.
  virtual void OnMessages(std::vector<Bytes>* messages) = 0;
  virtual void OnEnded(const Status& status) = 0;
  // The user waits for a message. Thread-safe.
  virtual bool Hungry() { return true; }

  const std::string& method() const { return options_.method; }
  const std::shared_ptr<ClientConnection>& connection() const { return connection_; }
  Loop& loop() const;

 private:
  struct Queued {
    std::string prefix;
    Bytes body;
    Callback<void(bool)> written;
  };

  void OnHeaders(const HeaderBlock& headers) override;
  void OnData(std::string_view bytes) override;
  std::span<char> DirectRoom() override;
  void OnDataPlaced(size_t count) override;
  void OnPeerEnd() override {}
  void WriteEnd() override;
  void OnClosed(Http2Error error) override;

  void OnFirstHeaders(const ResponseHead& head);
  void Added(size_t bytes, const Status& status);
  void CreditPart();
  void Refuse(const Status& why);
  void End(const Status& status);
  Status StatusOf(Http2Error error) const;

  const std::shared_ptr<ClientConnection> connection_;
  const ClientCallOptions options_;
  // Of the loop's thread.
  MessageAssembler assembler_;
  std::vector<Bytes> messages_;
  std::vector<Queued> queued_;    // until the stream is open
  bool end_queued_ = false;
  bool opened_ = false;
  bool over_ = false;
  bool head_seen_ = false;
  std::optional<Status> answer_;  // what the server said, or what is wrong with its answer
  size_t owed_ = 0;               // received, and the server has no credit for it yet
  LoopTimer deadline_;
};

}  // namespace alluxio::rpc
