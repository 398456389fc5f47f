#include "stub/primary_locator.h"

#include "conf/configuration.h"
#include "stub/connection_options.h"
#include "stub/polling_locator.h"
#include "stub/zookeeper_locator.h"

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

class OneOfSeveral final : public PrimaryLocator {
 public:
  OneOfSeveral(MasterAddress address, std::shared_ptr<PrimaryLocator> others)
      : address_(std::move(address)), others_(std::move(others)) {}
  Result<MasterAddress> Primary() override { return address_; }
  void Invalidate(const MasterAddress&) override {}
  bool HasMoved(const MasterAddress& from) override { return others_->HasMoved(from); }
  std::vector<MasterAddress> All() override { return {address_}; }

 private:
  const MasterAddress address_;
  const std::shared_ptr<PrimaryLocator> others_;
};

}  // namespace

std::string MasterAddress::ToString() const { return host + ":" + std::to_string(port); }

bool PrimaryLocator::HasMoved(const MasterAddress&) { return false; }

std::shared_ptr<PrimaryLocator> PrimaryLocator::Single(MasterAddress address) {
  return std::make_shared<SingleMaster>(std::move(address));
}

std::shared_ptr<PrimaryLocator> PrimaryLocator::While(MasterAddress address,
                                                      std::shared_ptr<PrimaryLocator> others) {
  return std::make_shared<OneOfSeveral>(std::move(address), std::move(others));
}

Result<std::shared_ptr<PrimaryLocator>> PrimaryLocator::FromConf(const conf::Configuration& conf) {
  if (conf.GetBool("alluxio.zookeeper.enabled")) return ZooKeeperLocator::FromConf(conf);
  const std::vector<std::string> names = conf.GetList("alluxio.master.rpc.addresses");
  if (names.size() > 1) {
    std::vector<MasterAddress> masters;
    for (const std::string& name : names) {
      Result<MasterAddress> master = ParseMasterAddress(name);
      if (!master.ok()) return master.status().WithContext("alluxio.master.rpc.addresses");
      masters.push_back(std::move(*master));
    }
    PollingLocatorOptions options;
    ASSIGN_OR_RETURN(ConnectionOptions connection, ConnectionOptions::FromConf(conf));
    options.transport = connection.transport;
    return std::shared_ptr<PrimaryLocator>(
        std::make_shared<PollingLocator>(std::move(masters), options));
  }
  MasterAddress address{conf.GetString("alluxio.master.hostname"),
                        conf.GetInt("alluxio.master.rpc.port")};
  if (address.host.empty()) {
    return InvalidArgument("alluxio.master.hostname: not set, so there is no master to talk to");
  }
  return Single(std::move(address));
}

}  // namespace alluxio::stub
