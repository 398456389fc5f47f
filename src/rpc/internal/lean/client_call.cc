#include "rpc/internal/lean/client_call.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rpc/internal/lean/client_connection.h"

namespace alluxio::rpc {
namespace {

constexpr size_t kWorthPlacing = 16 * 1024;

}  // namespace

ClientCall::ClientCall(std::shared_ptr<ClientConnection> connection,
                       const ClientCallOptions& options)
    : connection_(std::move(connection)),
      options_(options),
      assembler_(options.max_message_bytes),
      deadline_([this] { End(DeadlineExceeded("Deadline Exceeded")); }) {}

Loop& ClientCall::loop() const { return *connection_->loop(); }

void ClientCall::Start() {
  loop().Post([self = shared_from_this()] {
    if (self->over_) return;
    if (self->options_.deadline) {
      self->deadline_.Set(self->loop().timers(), *self->options_.deadline);
    }
    self->connection_->Begin(self);
  });
}

void ClientCall::Send(std::string prefix, Bytes body, Callback<void(bool)> written) {
  auto message = std::make_shared<Queued>(
      Queued{FramedPrefix(prefix, prefix.size() + body.size()), std::move(body),
             std::move(written)});
  loop().Post([self = shared_from_this(), message] {
    if (self->over_ || (self->opened_ && !self->attached())) {
      if (message->written) message->written(false);
    } else if (self->opened_) {
      self->session()->SendMessage(*self, std::move(message->prefix), std::move(message->body),
                                   std::move(message->written));
    } else {
      self->queued_.push_back(std::move(*message));
    }
  });
}

void ClientCall::EndRequests() {
  loop().Post([self = shared_from_this()] {
    self->end_queued_ = true;
    if (self->opened_ && self->attached()) self->session()->EndLocal(*self);
  });
}

void ClientCall::Credit(size_t bytes) {
  loop().Post([self = shared_from_this(), bytes] {
    if (!self->attached()) return;
    const size_t credit = std::min(self->owed_, bytes);
    self->owed_ -= credit;
    self->session()->Consumed(*self, credit);
    self->CreditPart();
  });
}

// A message may be larger than the window, so its first part gets credit before the user has it -
// but only when the user waits for it: a slow user holds the server back.
void ClientCall::CreditPart() {
  const bool needed = options_.credit_at_once || (assembler_.midway() && Hungry());
  if (needed && owed_ > 0) session()->Consumed(*this, std::exchange(owed_, 0));
}

void ClientCall::GiveUp(const Status& why) {
  loop().Post([self = shared_from_this(), why] { self->End(why); });
}

void ClientCall::Opened(Http2Session& session) {
  opened_ = true;
  std::array<HeaderField, 9> fields{{{":method", "POST"},
                                     {":scheme", "http"},
                                     {":path", options_.method},
                                     {":authority", connection_->authority()},
                                     {"content-type", "application/grpc"},
                                     {"te", "trailers"},
                                     {"user-agent", "alluxio-native"}}};
  size_t count = 7;
  std::string timeout;
  if (options_.deadline) {
    timeout = FormatTimeout(*options_.deadline - loop().now());
    fields[count++] = {"grpc-timeout", timeout};
  }
  if (!options_.channel_id.empty()) fields[count++] = {"channel-id", options_.channel_id};
  session.Open(shared_from_this(), std::span(fields).first(count));
  std::vector<Queued> queued;
  queued.swap(queued_);
  for (Queued& message : queued) {
    session.SendMessage(*this, std::move(message.prefix), std::move(message.body),
                        std::move(message.written));
  }
  if (end_queued_) session.EndLocal(*this);
}

void ClientCall::WriteEnd() { session()->SendEmptyEnd(*this); }

void ClientCall::OnHeaders(const HeaderBlock& headers) {
  const ResponseHead head = ResponseHead::Of(headers);
  if (!head_seen_) return OnFirstHeaders(head);
  if (!answer_) answer_ = head.ToStatus();
}

void ClientCall::OnFirstHeaders(const ResponseHead& head) {
  if (head.http_status.starts_with('1')) return;  // the answer is still to come
  head_seen_ = true;
  if (head.http_status != "200") {
    return Refuse(Status(CodeOfHttpStatus(head.http_status),
                         "Received HTTP status " + std::string(head.http_status.substr(0, 3))));
  }
  if (head.grpc_status) {
    answer_ = head.ToStatus();
    return;
  }
  if (!head.is_grpc) return Refuse(UnknownError("The answer is not gRPC"));
  if (!head.coding) return Refuse(InternalError("The answer is compressed in an unknown way"));
  assembler_.SetCoding(*head.coding);
}

// The answer is of no use; the call ends as soon as the session lets go of it.
void ClientCall::Refuse(const Status& why) {
  if (!answer_) answer_ = why;
  if (attached()) session()->Reset(*this, Http2Error::kCancel);
}

void ClientCall::OnData(std::string_view bytes) {
  Added(bytes.size(), assembler_.Add(bytes, &messages_));
}

std::span<char> ClientCall::DirectRoom() {
  std::span<char> room = assembler_.Room();
  return room.size() < kWorthPlacing ? std::span<char>() : room;
}

void ClientCall::OnDataPlaced(size_t count) {
  Status status = assembler_.Placed(count, &messages_);
  if (attached()) Added(count, status);
}

void ClientCall::Added(size_t bytes, const Status& status) {
  owed_ += bytes;
  if (!status.ok()) return Refuse(status);
  if (!messages_.empty()) {
    if (!over_) OnMessages(&messages_);
    messages_.clear();
  }
  if (attached()) CreditPart();
}

void ClientCall::OnClosed(Http2Error error) {
  if (answer_ && answer_->ok() && assembler_.midway()) {
    return End(InternalError("The answer ends within a message"));
  }
  End(answer_ ? *answer_ : StatusOf(error));
}

void ClientCall::End(const Status& status) {
  if (std::exchange(over_, true)) return;
  deadline_.Cancel();
  if (attached()) session()->Reset(*this, Http2Error::kCancel);
  for (Queued& message : queued_) {
    if (message.written) message.written(false);
  }
  queued_.clear();
  OnEnded(status);
}

Status ClientCall::StatusOf(Http2Error error) const {
  const std::string where = connection_->authority() + ": ";
  switch (error) {
    case Http2Error::kNone:
      return InternalError(where + "The answer ends without a status");
    case Http2Error::kCancel:
      return Cancelled(where + "The server cancelled the call");
    case Http2Error::kRefusedStream:
      return Unavailable(where + "The server takes no more calls on this connection");
    case Http2Error::kEnhanceYourCalm:
      return ResourceExhausted(where + "The server asks to slow down");
    case Http2Error::kConnect:
      return Unavailable(where + "Connection lost");
    default:
      return InternalError(where + "The server reset the call, error " +
                           std::to_string(static_cast<uint32_t>(error)));
  }
}

}  // namespace alluxio::rpc
