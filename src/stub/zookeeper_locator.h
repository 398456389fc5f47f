// ZooKeeperLocator: the primary master by its leader node in ZooKeeper, as Alluxio's clients find
// it: of several leader nodes the one made last counts. All locators of a process for the same
// ensemble share one session. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coord/session.h"
#include "coord/zookeeper_address.h"
#include "stub/primary_locator.h"

namespace alluxio::stub {

struct ZooKeeperLocatorOptions {
  std::string leader_path;
  std::string election_path;
  int inquiries = 10;  // a second each, before "there is none" is the answer
  Duration session_timeout = std::chrono::seconds(60);
  Duration connect_timeout = std::chrono::seconds(15);
};

// UNAVAILABLE when ZooKeeper has no parsable leader node now.
Result<MasterAddress> NewestLeader(const std::vector<coord::NamedNode>& leader_nodes);
// "host:port", also "host/ip:port".
Result<MasterAddress> ParseMasterAddress(const std::string& text);

class ZooKeeperLocator final : public PrimaryLocator {
 public:
  // `coordination` is shared with the other locators of the process.
  ZooKeeperLocator(std::shared_ptr<coord::Coordination> coordination,
                   const ZooKeeperLocatorOptions& options)
      : coordination_(std::move(coordination)), options_(options) {}
  // `prefix`.leader.path and .election.path: "alluxio.zookeeper", or "alluxio.zookeeper.job".
  static Result<std::shared_ptr<PrimaryLocator>> FromConf(const conf::Configuration& conf,
                                                          const std::string& prefix);

  Result<MasterAddress> Primary() override;
  void Invalidate(const MasterAddress&) override {}  // every question is asked anew
  bool HasMoved(const MasterAddress& from) override;
  std::vector<MasterAddress> All() override;

 private:
  struct Patience {
    Duration connect;
    Duration answer;  // of a connected session
  };
  Result<std::vector<coord::NamedNode>> ChildrenOf(const std::string& path, Patience patience);
  Result<std::shared_ptr<coord::Session>> Connected(Duration patience);
  Patience Patient() const;
  void Drop(const std::shared_ptr<coord::Session>& session);

  const std::shared_ptr<coord::Coordination> coordination_;
  const ZooKeeperLocatorOptions options_;
  Mutex mutex_{LockRank::kClient};
  std::shared_ptr<coord::Session> session_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::stub
