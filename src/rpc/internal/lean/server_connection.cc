#include "rpc/internal/lean/server_connection.h"

#include <utility>

#include "base/log.h"
#include "rpc/internal/lean/lean_stream_call.h"
#include "rpc/internal/lean/lean_unary_call.h"

namespace alluxio::rpc {

ServerConnection::ServerConnection(Socket socket, std::shared_ptr<LeanPeer> peer,
                                   const LinkOptions& options, const ServedMethods& methods,
                                   std::function<void(ServerConnection*)> closed)
    : peer_(std::move(peer)),
      methods_(methods),
      // Calls that were reset count until their handlers have let go of them.
      max_live_calls_(int64_t{options.http2.max_streams} * 2),
      closed_(std::move(closed)),
      link_(std::make_shared<Http2Link>(*peer_->loop, std::move(socket), peer_->name, options,
                                        *this)) {}

std::shared_ptr<Http2Stream> ServerConnection::Refuse(LeanRefusal::Answer answer) {
  return std::make_shared<LeanRefusal>(peer_, std::move(answer));
}

std::shared_ptr<Http2Stream> ServerConnection::NewStream(const HeaderBlock& headers) {
  if (peer_->live_calls.load(std::memory_order_relaxed) >= max_live_calls_) return nullptr;
  if (headers.too_large()) {
    return Refuse({ResourceExhausted("Received headers larger than this server allows")});
  }
  if (const KnownCall* known = Known(headers)) return Admit(known->head, known->served);
  const RequestHead head = RequestHead::Of(headers);
  if (!head.valid) return Refuse({OkStatus(), "200", Http2Error::kProtocol});
  if (!head.is_post) return Refuse({OkStatus(), "405"});
  if (!head.is_grpc) return Refuse({OkStatus(), "415"});
  const ServedMethod* served = methods_.Find(head.path);
  if (served == nullptr) return Refuse({methods_.Unknown(head.path)});
  if (!head.coding) {
    return Refuse({Unimplemented("Compression is not supported: " +
                                 std::string(head.coding_name.substr(0, 64)))});
  }
  if (head.timeout_malformed) return Refuse({InternalError("Malformed grpc-timeout")});
  Remember(headers, served);
  return Admit(head, served);
}

std::shared_ptr<Http2Stream> ServerConnection::Admit(const RequestHead& head,
                                                     const ServedMethod* served) {
  std::optional<std::string_view> channel_id;
  if (head.has_channel_id) channel_id = head.channel_id;
  std::shared_ptr<const auth::User> user;
  Status admitted = methods_.Admit(*served, channel_id, &known_channel_, &user);
  if (!admitted.ok()) return Refuse({std::move(admitted)});
  if (served->method->unary) {
    return std::make_shared<LeanUnaryCall>(peer_, served, std::move(user), head);
  }
  return std::make_shared<LeanStreamCall>(peer_, served, std::move(user), head);
}

const ServerConnection::KnownCall* ServerConnection::Known(const HeaderBlock& headers) const {
  if (headers.identity() == 0) return nullptr;
  for (const auto& known : known_) {
    if (known != nullptr && known->identity == headers.identity()) return known.get();
  }
  return nullptr;
}

void ServerConnection::Remember(const HeaderBlock& headers, const ServedMethod* served) {
  if (headers.identity() == 0) return;
  auto known = std::make_unique<KnownCall>();
  known->identity = headers.identity();
  known->headers = headers;
  known->head = RequestHead::Of(known->headers);
  known->served = served;
  known_[next_known_++ % known_.size()] = std::move(known);
}

void ServerConnection::OnGoaway() { link_->CloseWhenIdle(); }

void ServerConnection::StopGracefully() {
  if (!link_->open()) return;
  link_->session().SendGoaway(Http2Error::kNone, "");
  link_->CloseWhenIdle();
}

void ServerConnection::Abort() {
  if (!link_->open()) return;
  const Status stopping = Unavailable("The server is stopping");
  for (const auto& stream : link_->session().streams()) {
    static_cast<LeanCall&>(*stream).Abort(stopping);  // NewStream() makes nothing else
  }
  link_->Drain(stopping);
}

void ServerConnection::Close() { link_->Close(Unavailable("The server has stopped")); }

void ServerConnection::OnLinkClosed(const Status& why) {
  LOG_TRACE("rpc: connection closed peer={} why={}", peer_->name, why.message());
  closed_(this);
}

}  // namespace alluxio::rpc
