// ZooKeeper: sessions with a ZooKeeper ensemble through its C client, for ZooKeeper 3.5 and newer.
// Neither TLS nor SASL: the client of the distribution has none. Thread-safe.
#pragma once

#include <memory>

#include "coord/coordinator.h"
#include "coord/zookeeper_address.h"

namespace alluxio::coord {

class ZooKeeper final : public Coordination {
 public:
  explicit ZooKeeper(ZooKeeperAddress address) : address_(std::move(address)) {}

  Result<std::unique_ptr<Coordinator>> Open(const SessionOptions& options,
                                            Callback<void(SessionState)> changed) override;

 private:
  const ZooKeeperAddress address_;
};

}  // namespace alluxio::coord
