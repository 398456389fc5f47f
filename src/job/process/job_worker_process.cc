#include "job/process/job_worker_process.h"

#include <stdlib.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "client/block/client_options.h"
#include "client/fs/cluster_file_system.h"
#include "conf/run_server.h"
#include "conf/service_address.h"
#include "job/process/cluster_wait.h"
#include "job/worker/job_master_sync.h"
#include "job/worker/task_pool.h"
#include "job/worker/task_runner.h"
#include "proto/grpc/version.pb.h"
#include "rpc/service.h"
#include "ufs/all/all_adapters.h"
#include "ufs/guard/guarded_factory.h"
#include "web/process_web.h"
#include "worker/fetch/mounts.h"

namespace alluxio::job {
namespace {

constexpr Duration kStopGrace = std::chrono::seconds(1);
constexpr Duration kConnectTimeout = std::chrono::seconds(5);

WorkerNetAddress AddressOf(const conf::Configuration& conf, int port, int web_port) {
  WorkerNetAddress address;
  address.host = conf::ServiceAddress::OfJobWorkerRpc(conf).connect_host;
  address.rpc_port = port;
  address.data_port = conf.GetInt("alluxio.job.worker.data.port");
  address.web_port = web_port;
  return address;
}

TaskPoolOptions PoolOptionsOf(const conf::Configuration& conf) {
  TaskPoolOptions options;
  options.threads =
      static_cast<size_t>(std::max(1, conf.GetInt("alluxio.job.worker.threadpool.size")));
  // A store that hangs leaves threads for the others.
  options.of_mount = std::max<size_t>(1, options.threads * 4 / 5);
  return options;
}

std::vector<double> LoadAverage() {
  std::array<double, 3> load{};
  int known = getloadavg(load.data(), static_cast<int>(load.size()));
  return {load.begin(), load.begin() + std::max(known, 0)};
}

std::shared_ptr<stub::MasterConnection> ToMasters(std::shared_ptr<stub::PrimaryLocator> locator,
                                                  const stub::ConnectionOptions& options) {
  return std::make_shared<stub::MasterConnection>(std::move(locator), options);
}

stub::ConnectionOptions Impatient(stub::ConnectionOptions options) {
  options.connect_timeout = std::min(options.connect_timeout, kConnectTimeout);
  return options;
}

// Others only want to know that it is there.
void AddVersion(rpc::MethodTable* methods) {
  rpc::MethodOptions open;
  open.needs_authentication = false;
  methods->Unary<grpc::version::GetServiceVersionPRequest,
                 grpc::version::GetServiceVersionPResponse>(
      "/alluxio.grpc.version.ServiceVersionClientService/getServiceVersion", open,
      [](rpc::CallPtr, const grpc::version::GetServiceVersionPRequest&,
         rpc::Reply<grpc::version::GetServiceVersionPResponse> reply) {
        grpc::version::GetServiceVersionPResponse response;
        response.set_version(-1);
        reply(std::move(response));
      });
}

}  // namespace

// In the order of construction; what comes later uses what came before.
struct JobWorkerProcess::Parts {
  Parts(const conf::Configuration& conf, const client::ClientOptions& options,
        std::unique_ptr<client::FileSystem> files, std::shared_ptr<stub::PrimaryLocator> masters,
        std::shared_ptr<stub::PrimaryLocator> job_masters)
      : fs(std::move(files)),
        blocks(ToMasters(std::move(masters), options.connection)),
        jobs(ToMasters(std::move(job_masters), Impatient(options.connection))),
        workers(std::make_shared<stub::BlockMasterClient>(blocks), options),
        master(jobs),
        fs_master(blocks),
        stores(ufs::GuardedFactory::Wrap(ufs::AllAdapters::Create(conf), conf,
                                         {.metrics = "JobWorker"})),
        mounts(fs_master, *stores),
        runner(*fs, workers, [this](MountId mount, const std::string& path) {
          return ForWriting(mount, path);
        }, Clock::Real()),
        pool(PoolOptionsOf(conf), runner, [this] {
          if (sync != nullptr) sync->Wake();
        }) {}

  Result<UfsPlace> ForWriting(MountId mount, const std::string& path) {
    ASSIGN_OR_RETURN(worker::UfsTarget target,
                     mounts.Resolve(mount, path, worker::UfsAccess::kWrite));
    return UfsPlace{std::move(target.ufs), std::move(target.key)};
  }

  std::unique_ptr<client::FileSystem> fs;
  std::shared_ptr<stub::MasterConnection> blocks;
  std::shared_ptr<stub::MasterConnection> jobs;
  client::WorkerDirectory workers;
  stub::JobMasterWorkerClient master;
  stub::FileSystemMasterWorkerClient fs_master;
  std::unique_ptr<ufs::UfsFactory> stores;
  worker::Mounts mounts;
  TaskRunner runner;
  rpc::MethodTable methods;
  std::unique_ptr<rpc::Server> server;
  TaskPool pool;
  std::unique_ptr<web::ProcessWeb> web;
  std::unique_ptr<JobMasterSync> sync;  // made before the first task is
  bool stopped = false;
};

JobWorkerProcess::JobWorkerProcess(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

JobWorkerProcess::~JobWorkerProcess() { Stop(); }

int JobWorkerProcess::port() const { return parts_->server->port(); }

bool JobWorkerProcess::registered() const { return parts_->sync->registered(); }

Result<std::unique_ptr<JobWorkerProcess>> JobWorkerProcess::Start(
    const conf::Configuration& conf, const stub::PathDefaults& paths) {
  ASSIGN_OR_RETURN(client::ClientOptions options, client::ClientOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> masters,
                   stub::PrimaryLocator::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> job_masters,
                   stub::PrimaryLocator::OfJobMaster(conf));
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileSystem> fs,
                   client::ClusterFileSystem::Connect(conf, paths));
  std::unique_ptr<JobWorkerProcess> process(new JobWorkerProcess(std::make_unique<Parts>(
      conf, options, std::move(fs), std::move(masters), std::move(job_masters))));
  Parts& parts = *process->parts_;
  AddVersion(&parts.methods);
  conf::ServiceAddress listen = conf::ServiceAddress::OfJobWorkerRpc(conf);
  rpc::ServerOptions server;
  server.transport = options.connection.transport;
  server.bind_host = listen.bind_host;
  server.port = listen.port;
  server.authenticate = options.connection.authenticate;
  server.tls = options.connection.tls;
  ASSIGN_OR_RETURN(parts.server, rpc::Server::Start(server, parts.methods));
  ASSIGN_OR_RETURN(parts.web, web::ProcessWeb::Start(conf, {"/api/v1/job_worker", "job_worker",
                                                            "alluxio.job.worker.web"}));
  JobMasterSyncOptions sync;
  sync.interval = conf.GetDuration("alluxio.job.master.worker.heartbeat.interval");
  sync.address = AddressOf(conf, parts.server->port(), parts.web->port());
  sync.version = conf.GetString("alluxio.version");
  sync.load_average = LoadAverage;
  parts.sync =
      std::make_unique<JobMasterSync>(sync, parts.master, parts.pool, Clock::Real());
  parts.sync->Start();
  LOG_INFO("job: worker serving address={}:{} threads={}", sync.address.host,
           sync.address.rpc_port, parts.pool.threads());
  return process;
}

void JobWorkerProcess::Stop() {
  if (parts_ == nullptr || parts_->stopped) return;
  Parts& parts = *parts_;
  parts.stopped = true;
  LOG_INFO("job: worker stopping");
  parts.web.reset();
  if (parts.server != nullptr) parts.server->Stop(kStopGrace);
  parts.jobs->Close();
  if (parts.sync != nullptr) parts.sync->Stop();
  // Tasks that no deadline of ours could end still use the parts; the process ends anyway.
  if (!parts.pool.Stop()) (void)parts_.release();
  LOG_INFO("job: worker stopped");
}

int RunJobWorker(int argc, char** argv) {
  const conf::ServerMain server{"AlluxioJobWorker", "job", conf::Role::kJobWorker,
                                "job_worker.log"};
  return conf::RunServer(server, argc, argv, [](conf::Configuration& conf,
                                                Termination& termination) -> Status {
    ASSIGN_OR_RETURN(stub::PathDefaults paths,
                     TakeClusterDefaults(conf, [&termination](Duration pause) {
                       return !termination.WaitFor(pause).has_value();
                     }));
    // A task that cannot read is tried again, and its reason told, long before a reader's patience
    // of minutes ends.
    constexpr char kReadPatience[] = "alluxio.user.block.read.retry.max.duration";
    if (!conf.IsSetByUser(kReadPatience)) RETURN_IF_ERROR(conf.Set(kReadPatience, "2s"));
    ASSIGN_OR_RETURN(std::unique_ptr<JobWorkerProcess> process,
                     JobWorkerProcess::Start(conf, paths));
    LOG_INFO("job: signal received number={}", termination.Wait());
    process->Stop();
    return OkStatus();
  });
}

}  // namespace alluxio::job
