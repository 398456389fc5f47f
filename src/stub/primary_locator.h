// PrimaryLocator: where the master that serves calls can be reached right now. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace alluxio::conf {
class Configuration;
}

namespace alluxio::stub {

struct MasterAddress {
  std::string host;
  int port = 0;
  // "host:port"
  std::string ToString() const;
  bool operator==(const MasterAddress&) const = default;
};

class PrimaryLocator {
 public:
  virtual ~PrimaryLocator() = default;
  // UNAVAILABLE when there is no primary now. May block.
  virtual Result<MasterAddress> Primary() = 0;
  // The address given last did not serve a call: look again next time.
  virtual void Invalidate(const MasterAddress& address) = 0;
  // Whether somebody else than `from`, which failed, is known to be the primary by now; asks
  // quickly or not at all. False when that is not known.
  virtual bool HasMoved(const MasterAddress& from);
  // Whether it is one master for good.
  virtual bool Fixed() const { return false; }
  // Every configured master, for display.
  virtual std::vector<MasterAddress> All() = 0;

  // The one master that never changes.
  static std::shared_ptr<PrimaryLocator> Single(MasterAddress address);
  // That master and no other, until `others` know of another primary.
  static std::shared_ptr<PrimaryLocator> While(MasterAddress address,
                                               std::shared_ptr<PrimaryLocator> others);
  // Through ZooKeeper with alluxio.zookeeper.enabled; else by asking each of
  // alluxio.master.rpc.addresses when these are several; else alluxio.master.hostname and
  // alluxio.master.rpc.port. INVALID_ARGUMENT when what that needs is not set.
  static Result<std::shared_ptr<PrimaryLocator>> FromConf(const conf::Configuration& conf);
  // The same for job masters: alluxio.zookeeper.job.*, alluxio.job.master.*; where only masters are
  // listed, their hosts with the port of job masters.
  static Result<std::shared_ptr<PrimaryLocator>> OfJobMaster(const conf::Configuration& conf);
};

}  // namespace alluxio::stub
