#include "conf/service_address.h"

namespace alluxio::conf {
namespace {

constexpr std::string_view kWildcard = "0.0.0.0";

ServiceAddress Of(const Configuration& conf, const std::string& owner) {
  ServiceAddress address;
  address.bind_host = conf.GetString(owner + ".bind.host");
  if (address.bind_host.empty()) address.bind_host = kWildcard;
  address.port = conf.GetInt(owner + ".rpc.port");
  address.connect_host = conf.GetString(owner + ".hostname");
  if (address.connect_host.empty()) {
    address.connect_host =
        address.bind_host == kWildcard ? conf.host().hostname : address.bind_host;
  }
  return address;
}

}  // namespace

ServiceAddress ServiceAddress::OfMasterRpc(const Configuration& conf) {
  return Of(conf, "alluxio.master");
}

ServiceAddress ServiceAddress::OfWorkerRpc(const Configuration& conf) {
  return Of(conf, "alluxio.worker");
}

ServiceAddress ServiceAddress::OfJobMasterRpc(const Configuration& conf) {
  return Of(conf, "alluxio.job.master");
}

ServiceAddress ServiceAddress::OfJobWorkerRpc(const Configuration& conf) {
  return Of(conf, "alluxio.job.worker");
}

}  // namespace alluxio::conf
