#include "rpc/internal/lean/lean_call.h"

#include <array>
#include <utility>

namespace alluxio::rpc {
namespace {

constexpr HeaderField kHttpOk{":status", "200"};
constexpr HeaderField kContentType{"content-type", "application/grpc"};
constexpr HeaderField kAcceptEncoding{"grpc-accept-encoding", "identity,gzip,deflate"};
constexpr HeaderField kGrpcOk{"grpc-status", "0"};
constexpr std::string_view kNotGrpc =
    "This port speaks gRPC with Alluxio's clients. The pages for people are on the web port.\n";

}  // namespace

LeanCall::LeanCall(std::shared_ptr<LeanPeer> peer, const ServedMethod* served,
                   std::shared_ptr<const auth::User> user)
    : peer_(std::move(peer)),
      served_(served),
      user_(std::move(user)),
      deadline_([this] { Abort(DeadlineExceeded("Deadline Exceeded")); }) {
  peer_->live_calls.fetch_add(1, std::memory_order_relaxed);
}

LeanCall::~LeanCall() { peer_->live_calls.fetch_sub(1, std::memory_order_relaxed); }

void LeanCall::StartDeadline(Duration timeout) {
  deadline_.Set(loop().timers(), loop().now() + timeout);
}

void LeanCall::SendInitialHeaders() {
  if (!attached() || std::exchange(headers_sent_, true)) return;
  const std::array<HeaderField, 2> headers{kHttpOk, kContentType};
  session()->SendHeaders(*this, headers, false);
}

bool LeanCall::SendWhole(std::string_view message) {
  static constexpr std::array<HeaderField, 2> kHead{kHttpOk, kContentType};
  static constexpr std::array<HeaderField, 1> kEnd{kGrpcOk};
  if (!attached() || headers_sent_) return false;
  headers_sent_ = session()->SendWhole(*this, kHead, message, kEnd);
  return headers_sent_;
}

void LeanCall::Finish(Status final_status) {
  if (!attached()) return;
  final_ = std::move(final_status);
  session()->EndLocal(*this);
}

void LeanCall::FinishNow(Status final_status) {
  if (!attached()) return;
  final_ = std::move(final_status);
  session()->EndNow(*this);
}

void LeanCall::WriteEnd() {
  const std::string code = std::to_string(static_cast<int>(final_.code()));
  const std::string message = EncodeMessage(final_.message());
  std::array<HeaderField, 5> fields;
  size_t count = 0;
  if (!headers_sent_) {
    fields[count++] = kHttpOk;
    fields[count++] = kContentType;
    if (final_.Is(StatusCode::kUnimplemented)) fields[count++] = kAcceptEncoding;
  }
  fields[count++] = final_.ok() ? kGrpcOk : HeaderField{"grpc-status", code};
  if (!message.empty()) fields[count++] = {"grpc-message", message};
  session()->SendHeaders(*this, std::span(fields).first(count), true);
}

void LeanCall::SetHeld(size_t bytes) {
  if (attached()) session()->SetHeld(*this, bytes);
}

LeanRefusal::LeanRefusal(std::shared_ptr<LeanPeer> peer, Answer answer)
    : LeanCall(std::move(peer), nullptr, nullptr), answer_(std::move(answer)) {}

const std::string& LeanRefusal::method() const {
  static const std::string none;
  return none;
}

void LeanRefusal::OnHeaders(const HeaderBlock&) {
  if (answer_.reset != Http2Error::kNone) return session()->Reset(*this, answer_.reset);
  if (answer_.http_status == "200") return Finish(answer_.status);
  // An answer of plain HTTP waits for the request, as HTTP does.
}

void LeanRefusal::OnData(std::string_view bytes) { session()->Consumed(*this, bytes.size()); }

void LeanRefusal::OnPeerEnd() {
  if (answer_.http_status == "200") return;
  const std::array<HeaderField, 2> headers{HeaderField{":status", answer_.http_status},
                                           HeaderField{"content-type", "text/plain"}};
  session()->SendHeaders(*this, headers, false);
  session()->SendMessage(*this, std::string(kNotGrpc), Bytes(), nullptr);
  session()->EndLocal(*this);
}

void LeanRefusal::WriteEnd() {
  if (answer_.http_status == "200") return LeanCall::WriteEnd();
  session()->SendEmptyEnd(*this);
}

}  // namespace alluxio::rpc
