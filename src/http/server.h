// Server: HTTP/1.1 for pages, metrics and scripts, by libmicrohttpd.
//
// Not the data path: each connection has a thread while it lasts, so a handler may block, and their
// number is bounded. What is over a bound is refused at once. Every answer forbids the browser to
// load anything from elsewhere, to guess types and to be framed. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/duration.h"
#include "base/result.h"
#include "http/request.h"

namespace alluxio::http {

struct ServerOptions {
  std::string bind_host = "0.0.0.0";  // a name or an address
  int port = 0;                       // 0: any free one
  unsigned connections = 128;         // at a time
  unsigned connections_of_one = 64;   // of one address
  Duration idle = std::chrono::seconds(30);  // a connection without a byte ends
  size_t head_bytes = 32 * 1024;      // of the request line and headers
  size_t body_bytes = 64 * 1024;      // of a request; it is read and dropped
};

class Server {
 public:
  // UNAVAILABLE, with address and reason, when it cannot listen there. `handler` is called until
  // Stop() returns.
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options, Handler handler);
  ~Server();  // Stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  // Refuses new connections and waits for handlers that run. Idempotent.
  void Stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace alluxio::http
