#include "stub/primary_locator.h"

#include "conf/configuration.h"

namespace alluxio::stub {
namespace {

class SingleMaster final : public PrimaryLocator {
 public:
  explicit SingleMaster(MasterAddress address) : address_(std::move(address)) {}
  Result<MasterAddress> Primary() override { return address_; }
  void Invalidate(const MasterAddress&) override {}
  std::vector<MasterAddress> All() override { return {address_}; }

 private:
  const MasterAddress address_;
};

}  // namespace

std::string MasterAddress::ToString() const { return host + ":" + std::to_string(port); }

std::shared_ptr<PrimaryLocator> PrimaryLocator::Single(MasterAddress address) {
  return std::make_shared<SingleMaster>(std::move(address));
}

Result<std::shared_ptr<PrimaryLocator>> PrimaryLocator::FromConf(const conf::Configuration& conf) {
  if (conf.GetBool("alluxio.zookeeper.enabled")) {
    return FailedPrecondition(
        "alluxio.zookeeper.enabled: finding the master through ZooKeeper is not supported yet");
  }
  if (conf.GetList("alluxio.master.rpc.addresses").size() > 1) {
    return FailedPrecondition(
        "alluxio.master.rpc.addresses: several masters are not supported yet");
  }
  MasterAddress address{conf.GetString("alluxio.master.hostname"),
                        conf.GetInt("alluxio.master.rpc.port")};
  if (address.host.empty()) {
    return InvalidArgument("alluxio.master.hostname: not set, so there is no master to talk to");
  }
  return Single(std::move(address));
}

}  // namespace alluxio::stub
