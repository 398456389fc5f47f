// ServerLoops: the loops of a lean server and the connections on them. A connection stays on the
// loop that got it; new ones go to the loop that has the fewest. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "rpc/internal/lean/server_connection.h"

namespace alluxio::rpc {

struct ServerLoopsOptions {
  size_t loops = 1;
  size_t max_connections = 1000;
  size_t max_message_bytes = 0;
  size_t max_held_bytes = 256 * 1024 * 1024;  // by connection
  LinkOptions link;
  Duration busy_poll{};
};

class ServerLoops {
 public:
  // `methods` outlives the loops.
  ServerLoops(const ServerLoopsOptions& options, const ServedMethods& methods);
  ~ServerLoops();
  Status Start();

  // Accepts on these from now on.
  Status Accept(std::vector<Socket> listeners);
  // Accepts no more; running calls may finish within `grace`, then they are cancelled.
  void Stop(Duration grace);
  size_t connections() const EXCLUDES(mutex_);

 private:
  // Of one loop; the map belongs to its thread.
  struct Place {
    std::shared_ptr<Loop> loop;
    size_t count = 0;       // guarded by the mutex of ServerLoops
    bool stopping = false;  // of the loop's thread
    std::unordered_map<ServerConnection*, std::unique_ptr<ServerConnection>> connections;
  };
  class Listener;

  void AcceptFrom(int listener);
  void Adopt(Place& place, Accepted accepted);
  void Closed(Place& place, ServerConnection* connection) EXCLUDES(mutex_);
  // The place with the fewest connections, counted up; null when there are too many.
  Place* TakePlace() EXCLUDES(mutex_);
  void GiveBack(Place& place) EXCLUDES(mutex_);
  void ForEach(std::function<void(ServerConnection&)> action);
  bool WaitUntilEmpty(Duration limit) EXCLUDES(mutex_);

  const ServerLoopsOptions options_;
  const ServedMethods& methods_;
  std::vector<std::unique_ptr<Place>> places_;        // constant after Start
  std::vector<std::shared_ptr<Listener>> listeners_;  // of the first loop's thread
  Duration next_complaint_{};                         // likewise

  mutable Mutex mutex_{LockRank::kTransport};
  CondVar changed_;
  size_t connections_ GUARDED_BY(mutex_) = 0;
  bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace alluxio::rpc
