// ClientConnection: the way to a server: connects when a call needs it, and again after the
// connection is lost; calls wait in it until it is there.
//
//   idle -> connecting -> open -> idle (lost, or the server takes no more calls)
//              \-> backing off: calls fail at once with what went wrong, until it is time again
//
// Belongs to its loop's thread, but for the constructor and the accessors.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "rpc/channel.h"
#include "rpc/internal/lean/client_call.h"
#include "rpc/internal/lean/http2_link.h"

namespace alluxio::rpc {

struct ClientConnectionOptions {
  std::string host;
  int port = 0;
  std::string unix_path;  // tried first while it is a socket
  Duration connect_timeout = std::chrono::seconds(30);
  LinkOptions link;
};

class ClientConnection final : public std::enable_shared_from_this<ClientConnection> {
 public:
  ClientConnection(std::shared_ptr<Loop> loop, const ClientConnectionOptions& options);
  ~ClientConnection();

  const std::shared_ptr<Loop>& loop() const { return loop_; }
  const std::string& authority() const { return authority_; }
  size_t stream_window() const { return options_.link.http2.stream_window; }

  // Opens the call's stream when the connection is there and allows another; or ends the call.
  void Begin(std::shared_ptr<ClientCall> call);
  // Nobody needs the connection any more: it closes when its last call has ended.
  void Shutdown();

 private:
  class Attempt;
  class Link;

  void Connect();
  void Resolved(Result<std::vector<SocketAddress>> addresses);
  void TryNext(const std::string& why);
  void Connected(Socket socket);
  void Failed(const Status& why);
  void OpenWaiting();
  void Leave(Link* link);
  void Lost(Link* link, bool settled, const Status& why);

  const std::shared_ptr<Loop> loop_;
  const ClientConnectionOptions options_;
  const std::string authority_;
  std::shared_ptr<Link> link_;  // takes new calls
  std::shared_ptr<Attempt> attempt_;
  bool connecting_ = false;
  bool shut_down_ = false;
  std::vector<SocketAddress> addresses_;
  size_t next_address_ = 0;
  Duration give_up_at_{};
  std::deque<std::shared_ptr<ClientCall>> waiting_;
  Duration back_off_{};
  Duration retry_at_{};
  Status last_failure_;
};

// A share in a connection; it is shut down with the last one.
class ConnectionShare {
 public:
  explicit ConnectionShare(std::shared_ptr<ClientConnection> connection)
      : connection_(std::move(connection)) {}
  ~ConnectionShare();
  const std::shared_ptr<ClientConnection>& connection() const { return connection_; }

 private:
  const std::shared_ptr<ClientConnection> connection_;
};

// The share that channels with such options have together. RESOURCE_EXHAUSTED without descriptors.
Result<std::shared_ptr<ConnectionShare>> ShareConnection(const ChannelOptions& options);

}  // namespace alluxio::rpc
