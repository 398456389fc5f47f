#include "job/process/job_master_process.h"

#include <unistd.h>

#include <atomic>

#include "base/log.h"
#include "client/fs/cluster_file_system.h"
#include "conf/run_server.h"
#include "conf/service_address.h"
#include "election/guardian.h"
#include "election/primary_selector.h"
#include "job/master/command_runner.h"
#include "job/master/command_store.h"
#include "job/master/job_service.h"
#include "job/master/job_table.h"
#include "job/process/cluster_wait.h"
#include "journal/ufs/format_journal.h"
#include "metrics/registry.h"
#include "rpc/service.h"
#include "ufs/all/all_adapters.h"
#include "web/process_web.h"

namespace alluxio::job {
namespace {

constexpr Duration kStopGrace = std::chrono::seconds(2);
constexpr Duration kLookInterval = std::chrono::milliseconds(100);
constexpr size_t kCalls = 16;
const std::pair<const char*, std::optional<JobState>> kGauges[] = {
    {"Master.JobCount", std::nullopt},
    {"Master.JobCreated", JobState::kCreated},
    {"Master.JobRunning", JobState::kRunning},
    {"Master.JobCompleted", JobState::kCompleted},
    {"Master.JobFailed", JobState::kFailed},
    {"Master.JobCanceled", JobState::kCanceled}};
constexpr char kZooKeeperPaths[] = "alluxio.zookeeper.job";

JobTableOptions TableOptionsOf(const conf::Configuration& conf) {
  JobTableOptions options;
  options.capacity = static_cast<size_t>(
      std::max<int64_t>(1, conf.GetLong("alluxio.job.master.job.capacity")));
  options.worker_timeout = conf.GetDuration("alluxio.job.master.worker.timeout");
  return options;
}

Result<std::shared_ptr<ufs::Ufs>> OpenFolder(const conf::Configuration& conf,
                                             ufs::UfsFactory& factory) {
  const std::string folder = conf.GetString("alluxio.master.journal.folder");
  Result<std::shared_ptr<ufs::Ufs>> opened =
      factory.Open(folder, journal::JournalStoreOptions(conf));
  if (!opened.ok()) return opened.status().WithContext("alluxio.master.journal.folder=" + folder);
  return opened;
}

rpc::ServerOptions ServerOptionsOf(const conf::Configuration& conf,
                                   const conf::ServiceAddress& listen) {
  rpc::ServerOptions server;
  server.transport = conf.GetString("alluxio.network.transport") == "GRPC"
                         ? rpc::Transport::kGrpc
                         : rpc::Transport::kLean;
  server.bind_host = listen.bind_host;
  server.port = listen.port;
  server.authenticate = conf.GetString("alluxio.security.authentication.type") != "NOSASL";
  server.max_message_bytes =
      static_cast<size_t>(conf.GetBytes("alluxio.job.master.network.max.inbound.message.size"));
  server.keepalive_time = conf.GetDuration("alluxio.job.master.network.keepalive.time");
  server.keepalive_timeout = conf.GetDuration("alluxio.job.master.network.keepalive.timeout");
  server.tls = rpc::TlsOptions::FromConf(conf);
  return server;
}

}  // namespace

// In the order of construction; what comes later uses what came before.
struct JobMasterProcess::Parts {
  Parts(const conf::Configuration& conf, std::unique_ptr<ufs::UfsFactory> adapters,
        std::shared_ptr<ufs::Ufs> folder, std::unique_ptr<client::ClusterFileSystem> files)
      : factory(std::move(adapters)),
        store(std::move(folder)),
        fs(std::move(files)),
        table(TableOptionsOf(conf), Clock::Real()),
        runner({}, table, store, *fs,
               [this](const std::string& path, const ListPageOptions& options) {
                 return fs->ListStatusPage(path, options);
               },
               Clock::Real()),
        blocking(Executor::Create({"calls", kCalls, 10'000})) {}

  // The names of 2.9.
  void StartGauges() {
    for (const auto& [name, state] : kGauges) {
      metrics::Registry::Process().SetGauge(name, [this, state = state] {
        const std::map<JobState, int64_t> counts = table.Counts();
        if (state) return static_cast<double>(counts.count(*state) > 0 ? counts.at(*state) : 0);
        int64_t all = 0;
        for (const auto& [some, count] : counts) all += count;
        return static_cast<double>(all);
      });
    }
  }
  void StopGauges() {
    for (const auto& [name, state] : kGauges) metrics::Registry::Process().RemoveGauge(name);
  }

  std::unique_ptr<ufs::UfsFactory> factory;
  std::shared_ptr<void> lock;  // of the folder, where nothing else keeps others off
  CommandStore store;
  std::unique_ptr<client::ClusterFileSystem> fs;
  JobTable table;
  CommandRunner runner;
  std::unique_ptr<Executor> blocking;
  std::atomic<bool> serving = false;
  std::atomic<bool> over = false;
  JobServiceParts service;
  rpc::MethodTable methods;
  std::unique_ptr<rpc::Server> server;
  std::unique_ptr<web::ProcessWeb> web;
  std::unique_ptr<PeriodicTask> lost_workers;
  std::unique_ptr<Executor> takeover;
  std::unique_ptr<election::PrimarySelector> selector;  // null: alone
  std::unique_ptr<election::Guardian> guardian;         // may be null
  bool stopped = false;
};

JobMasterProcess::JobMasterProcess(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

JobMasterProcess::~JobMasterProcess() { Stop(); }

int JobMasterProcess::port() const { return parts_->server->port(); }

bool JobMasterProcess::must_restart() const { return parts_->over.load(); }

Result<std::unique_ptr<JobMasterProcess>> JobMasterProcess::Start(
    const conf::Configuration& conf, const stub::PathDefaults& paths) {
  std::unique_ptr<ufs::UfsFactory> factory = ufs::AllAdapters::Create(conf);
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> folder, OpenFolder(conf, *factory));
  ASSIGN_OR_RETURN(std::unique_ptr<client::ClusterFileSystem> fs,
                   client::ClusterFileSystem::Open(conf, paths));
  std::unique_ptr<JobMasterProcess> process(new JobMasterProcess(
      std::make_unique<Parts>(conf, std::move(factory), folder, std::move(fs))));
  Parts& parts = *process->parts_;
  const bool alone = !conf.GetBool("alluxio.zookeeper.enabled");
  conf::ServiceAddress listen = conf::ServiceAddress::OfJobMasterRpc(conf);
  if (!alone && listen.port == 0) {
    return InvalidArgument("alluxio.job.master.rpc.port=0: with several job masters each needs a "
                           "port that others can know");
  }
  parts.service.table = &parts.table;
  parts.service.runner = &parts.runner;
  parts.service.blocking = parts.blocking.get();
  parts.service.host = listen.connect_host;
  parts.service.port = listen.port;
  parts.service.start_time_ms = Clock::Real().NowMs();
  parts.service.version = conf.GetString("alluxio.version");
  parts.service.serving = [&parts] { return parts.serving.load(); };
  AddJobClientService(parts.service, &parts.methods);
  AddJobWorkerService(parts.service, &parts.methods);
  AddJobVersionService(parts.service, &parts.methods);
  if (alone) {
    RETURN_IF_ERROR(parts.store.Prepare());
    Result<std::shared_ptr<void>> lock = folder->Lock("JobMaster/.alluxio-job-master.lock");
    if (!lock.ok() && !lock.status().Is(StatusCode::kUnimplemented)) {
      return lock.status().WithContext("another job master uses the journal folder");
    }
    if (lock.ok()) parts.lock = *std::move(lock);
    RETURN_IF_ERROR(parts.runner.Recover());
    parts.serving.store(true);
  }
  ASSIGN_OR_RETURN(parts.server, rpc::Server::Start(ServerOptionsOf(conf, listen), parts.methods));
  parts.service.port = parts.server->port();
  ASSIGN_OR_RETURN(parts.web, web::ProcessWeb::Start(conf, {"/api/v1/job_master", "job_master",
                                                            "alluxio.job.master.web"}));
  parts.StartGauges();
  parts.lost_workers = std::make_unique<PeriodicTask>(
      "lost-workers", conf.GetDuration("alluxio.job.master.lost.worker.interval"),
      [&parts] { parts.table.CheckWorkers(); });
  LOG_INFO("job: {} address={}:{}", alone ? "serving" : "standby", parts.service.host,
           parts.server->port());
  if (!alone) RETURN_IF_ERROR(process->EnterElection(conf));
  return process;
}

Status JobMasterProcess::EnterElection(const conf::Configuration& conf) {
  Parts& parts = *parts_;
  const std::string address = conf::ServiceAddress::OfJobMasterRpc(conf).Connect();
  ASSIGN_OR_RETURN(parts.selector,
                   election::PrimarySelector::FromConf(conf, address, kZooKeeperPaths));
  Result<std::unique_ptr<election::Guardian>> guardian = election::Guardian::Start(
      {.zookeeper_address = conf.GetString("alluxio.zookeeper.address"),
       .session_timeout = conf.GetDuration("alluxio.zookeeper.session.timeout"),
       .program = ""});
  if (guardian.ok()) {
    parts.guardian = *std::move(guardian);
  } else {
    LOG_WARN("job: without guardian, a successor waits for the session timeout reason=\"{}\"",
             guardian.status().message());
  }
  parts.takeover = Executor::Create({.name = "takeover", .threads = 1, .queue_limit = 1});
  election::SelectorEvents events;
  events.elected = [this] {
    LogIfError(parts_->takeover->Submit([this] { TakeOver(); }), "job: not taking over");
  };
  events.deposed = [&parts](Status why) {
    LOG_ERROR("job: gives up its place and starts again reason=\"{}\"", why.ToString());
    parts.serving.store(false);
    parts.over.store(true);
  };
  events.session_began = [&parts](const coord::SessionId& session) {
    if (parts.guardian == nullptr) return;
    LogIfError(parts.guardian->Watch(session), "job: the guardian does not know the session");
  };
  parts.selector->Start(std::move(events));
  parts.selector->Join();
  return OkStatus();
}

void JobMasterProcess::TakeOver() {
  Parts& parts = *parts_;
  Status recovered = parts.runner.Recover();
  if (!recovered.ok()) {
    LOG_ERROR("job: cannot take over error={}", recovered.ToString());
    parts.over.store(true);
    return;
  }
  parts.serving.store(true);
  parts.selector->Announce();
  LOG_INFO("job: primary address={}:{}", parts.service.host, parts.service.port.load());
}

void JobMasterProcess::Stop() {
  if (parts_ == nullptr || parts_->stopped) return;
  Parts& parts = *parts_;
  parts.stopped = true;
  LOG_INFO("job: stopping");
  parts.serving.store(false);
  parts.web.reset();
  parts.StopGauges();
  if (parts.selector != nullptr) parts.selector->Resign();
  if (parts.takeover != nullptr) parts.takeover->Stop();
  parts.guardian.reset();
  parts.lost_workers.reset();
  if (parts.server != nullptr) parts.server->Stop(kStopGrace);
  parts.runner.Stop();
  parts.blocking->Stop();
  LOG_INFO("job: stopped");
}

int RunJobMaster(int argc, char** argv) {
  const conf::ServerMain server{"AlluxioJobMaster", "job", conf::Role::kJobMaster,
                                "job_master.log"};
  return conf::RunServer(server, argc, argv, [argv](conf::Configuration& conf,
                                                    Termination& termination) -> Status {
    ASSIGN_OR_RETURN(stub::PathDefaults paths,
                     TakeClusterDefaults(conf, [&termination](Duration pause) {
                       return !termination.WaitFor(pause).has_value();
                     }));
    ASSIGN_OR_RETURN(std::unique_ptr<JobMasterProcess> process,
                     JobMasterProcess::Start(conf, paths));
    std::optional<int> signal;
    while (!signal && !process->must_restart()) signal = termination.WaitFor(kLookInterval);
    process->Stop();
    if (signal) return OkStatus();
    FlushLog();
    process.reset();
    execv("/proc/self/exe", argv);  // starts again, as a standby
    return UnknownError("starting again failed");
  });
}

}  // namespace alluxio::job
