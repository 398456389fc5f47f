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
  bool Fixed() const override { return true; }
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

namespace {

// `names` are addresses, all set by `property`.
Result<std::shared_ptr<PrimaryLocator>> Polling(const conf::Configuration& conf,
                                                const std::vector<std::string>& names,
                                                const std::string& property, int port) {
  std::vector<MasterAddress> masters;
  for (const std::string& name : names) {
    Result<MasterAddress> master = ParseMasterAddress(name);
    if (!master.ok()) return master.status().WithContext(property);
    if (port != 0) master->port = port;
    masters.push_back(std::move(*master));
  }
  PollingLocatorOptions options;
  ASSIGN_OR_RETURN(ConnectionOptions connection, ConnectionOptions::FromConf(conf));
  options.transport = connection.transport;
  options.tls = connection.tls;
  return std::shared_ptr<PrimaryLocator>(
      std::make_shared<PollingLocator>(std::move(masters), options));
}

Result<std::shared_ptr<PrimaryLocator>> OnlyOne(const conf::Configuration& conf,
                                                const std::string& hostname,
                                                const std::string& port) {
  MasterAddress address{conf.GetString(hostname), conf.GetInt(port)};
  if (address.host.empty()) {
    return InvalidArgument(hostname + ": not set, so there is no master to talk to");
  }
  return PrimaryLocator::Single(std::move(address));
}

}  // namespace

Result<std::shared_ptr<PrimaryLocator>> PrimaryLocator::FromConf(const conf::Configuration& conf) {
  if (conf.GetBool("alluxio.zookeeper.enabled")) {
    return ZooKeeperLocator::FromConf(conf, "alluxio.zookeeper");
  }
  const std::string listed = "alluxio.master.rpc.addresses";
  const std::vector<std::string> names = conf.GetList(listed);
  if (names.size() > 1) return Polling(conf, names, listed, 0);
  return OnlyOne(conf, "alluxio.master.hostname", "alluxio.master.rpc.port");
}

Result<std::shared_ptr<PrimaryLocator>> PrimaryLocator::OfJobMaster(
    const conf::Configuration& conf) {
  if (conf.GetBool("alluxio.zookeeper.enabled")) {
    return ZooKeeperLocator::FromConf(conf, "alluxio.zookeeper.job");
  }
  const std::string port = "alluxio.job.master.rpc.port";
  for (const std::string listed :
       {"alluxio.job.master.rpc.addresses", "alluxio.master.rpc.addresses"}) {
    const std::vector<std::string> names = conf.GetList(listed);
    const bool of_masters = listed == "alluxio.master.rpc.addresses";
    if (names.size() > 1) return Polling(conf, names, listed, of_masters ? conf.GetInt(port) : 0);
    if (names.size() == 1 && !of_masters) {
      ASSIGN_OR_RETURN(MasterAddress only, ParseMasterAddress(names[0]));
      return Single(std::move(only));
    }
  }
  return OnlyOne(conf, "alluxio.job.master.hostname", port);
}

}  // namespace alluxio::stub
