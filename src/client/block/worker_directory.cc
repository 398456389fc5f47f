#include "client/block/worker_directory.h"

#include <fmt/format.h>

namespace alluxio::client {

std::string WorkerName(const WorkerNetAddress& address) {
  return fmt::format("{}:{}", address.host, address.rpc_port);
}

WorkerDirectory::WorkerDirectory(std::shared_ptr<stub::BlockMasterClient> master,
                                 const ClientOptions& options, Clock& clock, Rng& rng)
    : master_(std::move(master)), options_(options), clock_(clock), rng_(rng) {}

Result<std::vector<WorkerInfo>> WorkerDirectory::Live() {
  {
    MutexLock lock(mutex_);
    if (known_ && clock_.Monotonic() - known_since_ < options_.worker_list_refresh) return live_;
  }
  ASSIGN_OR_RETURN(std::vector<WorkerInfo> workers, master_->GetWorkerList());
  if (workers.empty()) return Unavailable("No available Alluxio worker found");
  MutexLock lock(mutex_);
  live_ = workers;
  known_ = true;
  known_since_ = clock_.Monotonic();
  return workers;
}

void WorkerDirectory::Forget() {
  MutexLock lock(mutex_);
  known_ = false;
}

std::shared_ptr<stub::BlockWorkerClient> WorkerDirectory::ClientOf(
    const WorkerNetAddress& address) {
  std::shared_ptr<stub::BlockWorkerClient> replaced;  // its end closes channels: not under the lock
  MutexLock lock(mutex_);
  auto& client = clients_[fmt::format("{}:{}", address.host, address.data_port)];
  // A worker that came back with other ports is another address.
  if (client == nullptr || !(client->address() == address)) {
    replaced = std::move(client);
    client = std::make_shared<stub::BlockWorkerClient>(address, options_.connection);
  }
  return client;
}

bool WorkerDirectory::IsLocal(const WorkerNetAddress& address) const {
  // A worker known as "localhost" can only be reached from its own host.
  if (address.host == "localhost" || address.host == "127.0.0.1") return true;
  if (address.host == options_.local_host) return true;
  return !address.tiers.empty() && address.tiers[0].name == "node" &&
         address.tiers[0].value == options_.local_host;
}

WorkerNetAddress WorkerDirectory::Nearest(const std::vector<WorkerNetAddress>& addresses) {
  CHECK(!addresses.empty()) << "nobody to choose from";
  std::vector<WorkerNetAddress> local;
  for (const WorkerNetAddress& address : addresses) {
    if (IsLocal(address)) local.push_back(address);
  }
  const std::vector<WorkerNetAddress>& from = local.empty() ? addresses : local;
  return from[rng_.Below(from.size())];
}

Result<WorkerNetAddress> WorkerDirectory::ForWriting(int64_t bytes) {
  ASSIGN_OR_RETURN(std::vector<WorkerInfo> workers, Live());
  std::vector<WorkerNetAddress> able;
  for (const WorkerInfo& worker : workers) {
    if (worker.capacity_bytes >= bytes) able.push_back(worker.address);
  }
  if (able.empty()) {
    return Unavailable(fmt::format(
        "There is no worker with enough space for a new block of size {}", bytes));
  }
  return Nearest(able);
}

}  // namespace alluxio::client
