// Workers that are only told of: a master with many of them, without their processes.
#include "bench/load/row.h"
#include "conf/configuration.h"
#include "stub/block_master_worker_client.h"

namespace alluxio::bench {
namespace {

constexpr int64_t kTierBytes = int64_t{64} << 30;

Result<std::shared_ptr<stub::MasterConnection>> Connect(const RowOptions& options) {
  auto conf = conf::Configuration::ForTest(
      {{"alluxio.master.hostname", options.host},
       {"alluxio.master.rpc.port", std::to_string(options.port)}});
  ASSIGN_OR_RETURN(stub::ConnectionOptions connection, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::FromConf(conf));
  return std::make_shared<stub::MasterConnection>(locator, connection);
}

}  // namespace

Result<RowResult> RegisterWorkersRow(const RowOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<stub::MasterConnection> connection, Connect(options));
  stub::BlockMasterWorkerClient master(connection);
  const double begin = NowSeconds();
  for (int i = 0; i < options.count; ++i) {
    WorkerNetAddress address;
    address.host = "worker-" + std::to_string(i);
    address.rpc_port = 29999;
    address.data_port = 29999;
    address.web_port = 30000;
    stub::WorkerRegistration worker;
    ASSIGN_OR_RETURN(worker.worker_id, master.GetWorkerId(address));
    worker.tiers = {"MEM", "SSD"};
    worker.total_bytes_on_tiers = {{"MEM", kTierBytes}, {"SSD", 4 * kTierBytes}};
    worker.used_bytes_on_tiers = {{"MEM", kTierBytes / 2}, {"SSD", kTierBytes}};
    worker.version = "2.9.6";
    RETURN_IF_ERROR(master.RegisterWorker(worker));
  }
  RowResult result;
  result.operations = options.count;
  result.seconds = NowSeconds() - begin;
  return result;
}

}  // namespace alluxio::bench
