// WorkerWeb: the web port of a worker, with everything that its pages need for themselves.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "env/clock.h"
#include "web/process_routes.h"

namespace alluxio::worker {

class BlockStore;

// Not owned; all of it outlives the pages.
struct WorkerWebParts {
  web::ProcessParts process;
  BlockStore* store = nullptr;
  const conf::Configuration* conf = nullptr;
  const Clock* clock = nullptr;
  std::function<bool()> registered;
  std::function<int64_t()> running;  // streams and loads of clients
  std::string host;
  int rpc_port = 0;
  int64_t start_time_ms = 0;
};

class WorkerWeb {
 public:
  // Fills what `parts` leaves out (process) and listens on alluxio.worker.web.port. UNAVAILABLE
  // when the port is taken.
  static Result<std::unique_ptr<WorkerWeb>> Start(WorkerWebParts parts);
  ~WorkerWeb();  // waits for requests that run
  WorkerWeb(const WorkerWeb&) = delete;
  WorkerWeb& operator=(const WorkerWeb&) = delete;

  int port() const;

 private:
  struct State;
  explicit WorkerWeb(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Registers every route of a worker; `parts` outlives the router.
void AddWorkerRoutes(const WorkerWebParts& parts, web::Router* router);

}  // namespace alluxio::worker
