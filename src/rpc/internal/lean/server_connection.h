// ServerConnection: a client's connection on a lean server: makes calls of its streams.
//
// Belongs to its loop's thread; the server holds it until its link is closed.
#pragma once

#include <array>
#include <functional>
#include <memory>

#include "rpc/internal/http2/grpc_head.h"
#include "rpc/internal/lean/http2_link.h"
#include "rpc/internal/lean/lean_call.h"

namespace alluxio::rpc {

class ServerConnection final : public LinkOwner {
 public:
  // `methods` outlives the connection; `closed` runs once and may destroy it.
  ServerConnection(Socket socket, std::shared_ptr<LeanPeer> peer, const LinkOptions& options,
                   const ServedMethods& methods, std::function<void(ServerConnection*)> closed);
  Status Start() { return link_->Start(); }

  // Takes no new calls and closes after the last one.
  void StopGracefully();
  // Cancels what still runs and closes soon.
  void Abort();
  // Closes now.
  void Close();

 private:
  std::shared_ptr<Http2Stream> NewStream(const HeaderBlock& headers) override;
  void OnGoaway() override;
  void OnStreamSlot() override {}
  void OnLinkClosed(const Status& why) override;
  std::shared_ptr<Http2Stream> Refuse(LeanRefusal::Answer answer);

  // What headers of this identity ask for.
  struct KnownCall {
    uint64_t identity = 0;
    HeaderBlock headers;  // the head's views are of it
    RequestHead head;
    const ServedMethod* served = nullptr;
  };
  // Null when it has to be looked at.
  const KnownCall* Known(const HeaderBlock& headers) const;
  void Remember(const HeaderBlock& headers, const ServedMethod* served);
  std::shared_ptr<Http2Stream> Admit(const RequestHead& head, const ServedMethod* served);

  const std::shared_ptr<LeanPeer> peer_;
  const ServedMethods& methods_;
  const int64_t max_live_calls_;
  const std::function<void(ServerConnection*)> closed_;
  const std::shared_ptr<Http2Link> link_;
  std::array<std::unique_ptr<KnownCall>, 8> known_;
  size_t next_known_ = 0;  // to be replaced
  KnownChannel known_channel_;
};

}  // namespace alluxio::rpc
