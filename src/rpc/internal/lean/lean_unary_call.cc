#include "rpc/internal/lean/lean_unary_call.h"

#include <cstring>
#include <utility>

#include "rpc/internal/one_answer.h"

namespace alluxio::rpc {
namespace {

// Room for less is not worth a place of its own when reading.
constexpr size_t kWorthPlacing = 16 * 1024;

}  // namespace

LeanUnaryCall::LeanUnaryCall(std::shared_ptr<LeanPeer> peer, const ServedMethod* served,
                             std::shared_ptr<const auth::User> user, const RequestHead& head)
    : LeanCall(std::move(peer), served, std::move(user)),
      started_(loop().now()),
      timeout_(head.timeout),
      request_(shared_peer().max_message_bytes) {
  request_.SetCoding(*head.coding);
}

void LeanUnaryCall::OnHeaders(const HeaderBlock&) {
  if (timeout_) StartDeadline(*timeout_);
}

void LeanUnaryCall::OnData(std::string_view bytes) {
  session()->Consumed(*this, bytes.size());
  if (dispatched_ || answered_) return;  // a second message is nobody's
  if (std::optional<std::string_view> whole = request_.WholeMessage(bytes)) {
    if (whole->size() > kOwnBytes) return Dispatch(Bytes::FromString(std::string(*whole)));
    memcpy(own_, whole->data(), whole->size());
    return Dispatch(Bytes::FromOwner(std::string_view(own_, whole->size()), shared_from_this()));
  }
  std::vector<Bytes> messages;
  Added(request_.Add(bytes, &messages), &messages);
}

std::span<char> LeanUnaryCall::DirectRoom() {
  if (dispatched_ || answered_) return {};
  std::span<char> room = request_.Room();
  return room.size() < kWorthPlacing ? std::span<char>() : room;
}

void LeanUnaryCall::OnDataPlaced(size_t count) {
  std::vector<Bytes> messages;
  Status status = request_.Placed(count, &messages);
  if (!attached()) return;
  session()->Consumed(*this, count);
  if (!dispatched_ && !answered_) Added(status, &messages);
}

void LeanUnaryCall::Added(const Status& status, std::vector<Bytes>* messages) {
  if (!status.ok()) return Answer(status, Bytes());
  SetHeld(request_.held());
  if (session()->held_bytes() > shared_peer().max_held_bytes) {
    return Answer(ResourceExhausted("The server holds too much of this connection"), Bytes());
  }
  if (!messages->empty()) Dispatch(std::move(messages->front()));
}

void LeanUnaryCall::Dispatch(Bytes request) {
  dispatched_ = true;
  std::shared_ptr<LeanUnaryCall> self = shared_from_this();
  served().method->unary(self, std::move(request),
                         [answer = OneAnswer<LeanUnaryCall>(self)](Status status,
                                                                   Bytes response) mutable {
                           answer(std::move(status), std::move(response));
                         });
}

void LeanUnaryCall::OnPeerEnd() {
  if (!dispatched_) Answer(InternalError("Half-closed without a request"), Bytes());
}

void LeanUnaryCall::Answer(Status status, Bytes response) {
  if (answered_.exchange(true)) return;
  status_ = std::move(status);
  response_ = std::move(response);
  if (loop().Current()) {
    Deliver();
  } else if (!loop().Post(std::shared_ptr<LoopTask>(shared_from_this()))) {
    response_ = Bytes();
  }
}

void LeanUnaryCall::Deliver() {
  // Not kept: an answer that is the request belongs to this call, which would keep itself.
  Bytes response = std::exchange(response_, Bytes());
  if (!attached()) return;
  if (status_.ok()) {
    if (SendWhole(response.view())) return;
    SendInitialHeaders();
    const size_t size = response.size();
    session()->SendMessage(*this, FramedPrefix({}, size), std::move(response), nullptr);
  }
  Finish(std::move(status_));
}

void LeanUnaryCall::Abort(const Status& status) {
  SetCancelled();
  // An answer that waits for windows is dropped as well: nobody wants it any more.
  answered_.exchange(true);
  FinishNow(status);
}

void LeanUnaryCall::OnClosed(Http2Error error) {
  StopDeadline();
  if (error != Http2Error::kNone) {
    SetCancelled();
    answered_.exchange(true);
  }
  if (served().timer != nullptr) served().timer->Record(loop().now() - started_);
}

}  // namespace alluxio::rpc
