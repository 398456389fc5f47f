// ServerConnection: a client's connection on a lean server: makes calls of its streams.
//
// Belongs to its loop's thread; the server holds it until its link is closed.
#pragma once

#include <functional>
#include <memory>

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

  const std::shared_ptr<LeanPeer> peer_;
  const ServedMethods& methods_;
  const int64_t max_live_calls_;
  const std::function<void(ServerConnection*)> closed_;
  const std::shared_ptr<Http2Link> link_;
};

}  // namespace alluxio::rpc
