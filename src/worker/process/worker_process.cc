#include "worker/process/worker_process.h"

#include <fmt/core.h>

#include <optional>

#include "auth/impersonation.h"
#include "auth/user_groups.h"
#include "base/log.h"
#include "conf/run_server.h"
#include "conf/service_address.h"
#include "env/disk.h"
#include "metrics/registry.h"
#include "metrics/throughput_gauges.h"
#include "rpc/service.h"
#include "stub/block_master_worker_client.h"
#include "stub/fs_master_worker_client.h"
#include "ufs/all/all_adapters.h"
#include "ufs/guard/guarded_factory.h"
#include "worker/fetch/file_persister.h"
#include "worker/process/cluster_conf.h"
#include "worker/process/worker_settings.h"
#include "worker/report/master_sync.h"
#include "worker/service/block_worker_service.h"
#include "worker/service/load_desk.h"
#include "worker/web/worker_web.h"

namespace alluxio::worker {
namespace {

constexpr size_t kIoThreads = 16;
constexpr size_t kIoQueue = 10000;
// Files on their way to under stores in the background: of all mounts, and of one.
constexpr MountLaneOptions kPersistLanes{.threads = 32, .per_mount = 12, .queue_limit = 10'000};
constexpr Duration kCommitPause = std::chrono::milliseconds(500);
constexpr Duration kMasterConnectTimeout = std::chrono::seconds(5);
constexpr Duration kStopGrace = std::chrono::seconds(2);

RegistrationOptions RegistrationOptionsOf(const conf::Configuration& conf) {
  RegistrationOptions options;
  for (const conf::Entry& entry : conf.Entries()) {
    options.configs.emplace_back(entry.name, entry.value);
  }
  options.version = conf.GetString("alluxio.version");
  options.cpus = conf::HostFacts::OfThisMachine().cpus;
  options.use_lease = conf.GetBool("alluxio.worker.register.lease.enabled");
  options.use_stream = conf.GetBool("alluxio.worker.register.stream.enabled");
  options.stream_batch = static_cast<size_t>(
      std::max(1, conf.GetInt("alluxio.worker.register.stream.batch.size")));
  return options;
}

bool IsSingleMaster(const conf::Configuration& conf) {
  return !conf.GetBool("alluxio.zookeeper.enabled") &&
         conf.GetList("alluxio.master.rpc.addresses").size() <= 1;
}

MasterSessionsOptions SessionsOptionsOf(const conf::Configuration& conf,
                                        const stub::ConnectionOptions& connection) {
  MasterSessionsOptions options;
  options.registration = RegistrationOptionsOf(conf);
  options.heartbeat_interval = conf.GetDuration("alluxio.worker.block.heartbeat.interval");
  options.single = IsSingleMaster(conf);
  options.commit_retry = connection.retry;
  // A takeover is over in less than the longest pause of clients.
  options.commit_retry.max_sleep = std::min(options.commit_retry.max_sleep, kCommitPause);
  return options;
}

// One master: the connection that everything here shares, and which is patient. Several: two for
// each, and one attempt at a time, as the next may be due elsewhere.
MasterDialer DialerOf(const conf::Configuration& conf,
                      const std::shared_ptr<stub::PrimaryLocator>& locator,
                      const std::shared_ptr<stub::MasterConnection>& shared,
                      const stub::ConnectionOptions& options) {
  stub::ConnectionOptions once = options;
  once.retry.max_duration = Duration::zero();
  once.connect_timeout = std::min(once.connect_timeout, kMasterConnectTimeout);
  return [single = IsSingleMaster(conf), locator, shared, once](const stub::MasterAddress& to) {
    MasterClients clients;
    std::shared_ptr<stub::MasterConnection> always = shared;
    std::shared_ptr<stub::MasterConnection> as_primary = shared;
    if (!single) {
      always = std::make_shared<stub::MasterConnection>(stub::PrimaryLocator::Single(to), once);
      as_primary = std::make_shared<stub::MasterConnection>(
          stub::PrimaryLocator::While(to, locator), once);
    }
    clients.blocks = std::make_unique<stub::BlockMasterWorkerClient>(always);
    clients.commits = std::make_unique<stub::BlockMasterWorkerClient>(as_primary);
    clients.files = std::make_unique<stub::FileSystemMasterWorkerClient>(as_primary);
    clients.connections = {always, as_primary};
    return clients;
  };
}

std::map<std::string, std::string> Properties(const conf::Configuration& conf) {
  std::map<std::string, std::string> properties;
  for (const conf::Entry& entry : conf.Entries()) properties[entry.name] = entry.value;
  return properties;
}

BlockCacherOptions CacherOptionsOf(const conf::Configuration& conf) {
  BlockCacherOptions options;
  options.threads = static_cast<size_t>(
      std::max(1, conf.GetInt("alluxio.worker.network.async.cache.manager.threads.max")));
  options.queue_limit = static_cast<size_t>(
      std::max(1, conf.GetInt("alluxio.worker.network.async.cache.manager.queue.max")));
  return options;
}

MountLaneOptions LanesOf(const conf::Configuration& conf) {
  MountLaneOptions options;
  options.per_mount = static_cast<size_t>(
      std::max(1, conf.GetInt("alluxio.underfs.object.store.service.threads")));
  // Three stores that hang leave threads for the others.
  options.threads = std::max(options.threads, 3 * options.per_mount + 4);
  return options;
}

ColdReadOptions ColdReadsOf(const conf::Configuration& conf) {
  ColdReadOptions options;
  int64_t most = std::max<int64_t>(
      1, conf.GetBytes("alluxio.underfs.object.store.multi.range.chunk.size"));
  options.piece_bytes = std::min(options.piece_bytes, most);
  options.first_piece_bytes = std::min(options.first_piece_bytes, options.piece_bytes);
  return options;
}

OpenFilesOptions OpenFilesOf(const conf::Configuration& conf) {
  OpenFilesOptions options;
  options.enabled = conf.GetBool("alluxio.worker.ufs.instream.cache.enabled");
  options.expire_after = conf.GetDuration("alluxio.worker.ufs.instream.cache.expiration.time");
  options.limit = static_cast<size_t>(
      std::max(0, conf.GetInt("alluxio.worker.ufs.instream.cache.max.size")));
  return options;
}

PersistHooks HooksOf(FilePersister& persister) {
  PersistHooks hooks;
  hooks.start = [&persister](stub::PersistOrder order) { persister.Start(std::move(order)); };
  hooks.take = [&persister](std::vector<stub::PersistedFile>* persisted,
                            std::vector<stub::FailedFile>* failed) {
    PersistOutcomes outcomes = persister.Take();
    *persisted = std::move(outcomes.persisted);
    *failed = std::move(outcomes.failed);
  };
  hooks.give_back = [&persister](std::vector<stub::PersistedFile> persisted,
                                 std::vector<stub::FailedFile> failed) {
    persister.GiveBack({std::move(persisted), std::move(failed)});
  };
  return hooks;
}

}  // namespace

// In the order of construction; what comes later uses what came before.
struct WorkerProcess::Parts {
  Parts(const conf::Configuration& conf, const std::shared_ptr<stub::PrimaryLocator>& locator,
        const stub::ConnectionOptions& connection_options,
        std::unique_ptr<BlockStore> opened_store)
      : connection(std::make_shared<stub::MasterConnection>(locator, connection_options)),
        fs_master(connection),
        factory(ufs::GuardedFactory::Wrap(ufs::AllAdapters::Create(conf), conf,
                                          {.metrics = "Worker"})),
        store(std::move(opened_store)),
        groups(auth::GroupSource::System(), {}, Clock::Real()),
        impersonation(Properties(conf), groups),
        sessions(SessionsOptionsOf(conf, connection_options), locator,
                 DialerOf(conf, locator, connection, connection_options), *store),
        mounts(fs_master, *factory),
        lanes(LanesOf(conf)),
        cold(mounts, *store, sessions, ColdReadsOf(conf), OpenFilesOf(conf), lanes),
        dial([connection_options](const WorkerNetAddress& to) {
          return std::make_shared<stub::BlockWorkerClient>(to, connection_options);
        }),
        cacher(CacherOptionsOf(conf), cold, *store, sessions, dial),
        loads(cacher),
        persister(mounts, *store, dial, kPersistLanes),
        readers(Executor::Create({"readers", kIoThreads, kIoQueue})),
        writers(Executor::Create({"writers", kIoThreads, kIoQueue})),
        commits(Executor::Create({"commits", kIoThreads, kIoQueue})),
        rpc_parts{*store, sessions, mounts,   lanes,    cold,
                  cacher, loads,    *readers, *writers, *commits, running} {}

  // The port is part of the address that the masters are told.
  Status StartWeb(const conf::Configuration& conf) {
    WorkerWebParts shown;
    shown.store = store.get();
    shown_conf = std::make_unique<const conf::Configuration>(conf);
    shown.conf = shown_conf.get();
    shown.clock = &Clock::Real();
    shown.running = [this] { return running.count(); };
    shown.registered = [this] { return sessions.registered(); };
    shown.host = address.host;
    shown.rpc_port = address.rpc_port;
    shown.start_time_ms = Clock::Real().NowMs();
    ASSIGN_OR_RETURN(web, WorkerWeb::Start(std::move(shown)));
    address.web_port = web->port();
    return OkStatus();
  }
  // Before the server: a call may begin them anew.
  void StartThroughputs() {
    std::vector<metrics::Throughput> bytes;
    for (const char* what : {"BytesReadRemote", "BytesWrittenRemote"}) {
      bytes.push_back({fmt::format("Worker.{}Throughput", what), fmt::format("Worker.{}", what)});
    }
    for (const char* what : {"BytesReadUfs", "BytesWrittenUfs"}) {
      bytes.push_back(
          {fmt::format("Worker.{}Throughput", what), fmt::format("Worker.{}All", what)});
    }
    throughputs.emplace(metrics::Registry::Process(), Clock::Real(), std::move(bytes));
    rpc_parts.throughputs = &*throughputs;
  }
  void StartGauges() {
    metrics::Registry& registry = metrics::Registry::Process();
    auto sum = [](const std::map<std::string, int64_t>& by_tier) {
      double total = 0;
      for (const auto& [alias, bytes] : by_tier) total += static_cast<double>(bytes);
      return total;
    };
    registry.SetGauge("Worker.CapacityTotal",
                      [this, sum] { return sum(store->Usage().capacity_bytes); });
    registry.SetGauge("Worker.CapacityUsed",
                      [this, sum] { return sum(store->Usage().used_bytes); });
    registry.SetGauge("Worker.CapacityFree", [this, sum] {
      StoreUsage usage = store->Usage();
      return sum(usage.capacity_bytes) - sum(usage.used_bytes);
    });
    registry.SetGauge("Worker.BlocksCached",
                      [this] { return static_cast<double>(store->Usage().block_count); });
    registry.SetGauge("Worker.ActiveOperations",
                      [this] { return static_cast<double>(running.count()); });
  }
  void StopGauges() {
    for (const char* name : {"Worker.CapacityTotal", "Worker.CapacityUsed", "Worker.CapacityFree",
                             "Worker.BlocksCached", "Worker.ActiveOperations"}) {
      metrics::Registry::Process().RemoveGauge(name);
    }
  }
  void WakePersists() {
    MutexLock lock(sync_mutex);
    if (sync != nullptr) sync->WakePersists();
  }
  void SetSync(std::unique_ptr<MasterSync> next) {
    MutexLock lock(sync_mutex);
    std::swap(sync, next);
  }
  void EndSync() {
    std::unique_ptr<MasterSync> last;  // Destroyed, which waits for its threads, without the lock.
    MutexLock lock(sync_mutex);
    std::swap(sync, last);
  }

  std::shared_ptr<stub::MasterConnection> connection;
  stub::FileSystemMasterWorkerClient fs_master;
  std::unique_ptr<ufs::UfsFactory> factory;
  std::unique_ptr<BlockStore> store;
  auth::UserGroups groups;
  auth::Impersonation impersonation;
  Mutex sync_mutex{LockRank::kProcess};
  std::unique_ptr<MasterSync> sync GUARDED_BY(sync_mutex);  // made last, ended by Stop()
  MasterSessions sessions;
  Mounts mounts;
  MountLanes lanes;
  ColdReads cold;
  WorkerDialer dial;
  BlockCacher cacher;
  Running running;
  LoadDesk loads;
  FilePersister persister;
  std::unique_ptr<Executor> readers;
  std::unique_ptr<Executor> writers;
  std::unique_ptr<Executor> commits;
  std::optional<metrics::ThroughputGauges> throughputs;
  WorkerParts rpc_parts;
  rpc::MethodTable methods;
  std::unique_ptr<rpc::Server> server;
  std::unique_ptr<const conf::Configuration> shown_conf;
  std::unique_ptr<WorkerWeb> web;
  WorkerNetAddress address;
  bool stopped = false;
};

WorkerProcess::WorkerProcess(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

WorkerProcess::~WorkerProcess() { Stop(); }

const WorkerNetAddress& WorkerProcess::address() const { return parts_->address; }

bool WorkerProcess::registered() const { return parts_->sessions.registered(); }

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::Start(const conf::Configuration& conf) {
  RETURN_IF_ERROR(CheckSupported(conf));
  ASSIGN_OR_RETURN(StoreOptions store_options, StoreOptionsOf(conf));
  ASSIGN_OR_RETURN(stub::ConnectionOptions connection, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::FromConf(conf));
  ASSIGN_OR_RETURN(std::unique_ptr<BlockStore> store,
                   BlockStore::Open(store_options, Disk::Real(), Rng::Real()));
  std::unique_ptr<WorkerProcess> process(new WorkerProcess(
      std::make_unique<Parts>(conf, std::move(locator), connection, std::move(store))));
  Parts& parts = *process->parts_;
  parts.rpc_parts.max_chunk_bytes = std::max<int64_t>(
      1, conf.GetBytes("alluxio.worker.network.reader.max.chunk.size.bytes"));
  AddBlockWorkerService(parts.rpc_parts, &parts.methods);

  conf::ServiceAddress listen = conf::ServiceAddress::OfWorkerRpc(conf);
  rpc::ServerOptions server;
  server.transport = conf.GetString("alluxio.network.transport") == "GRPC"
                         ? rpc::Transport::kGrpc
                         : rpc::Transport::kLean;
  server.bind_host = listen.bind_host;
  server.port = listen.port;
  server.unix_path = DomainSocketOf(conf, Rng::Real());
  server.max_message_bytes =
      static_cast<size_t>(conf.GetBytes("alluxio.worker.network.max.inbound.message.size"));
  server.authenticate = connection.authenticate;
  server.tls = connection.tls;
  server.keepalive_time = conf.GetDuration("alluxio.worker.network.keepalive.time");
  server.keepalive_timeout = conf.GetDuration("alluxio.worker.network.keepalive.timeout");
  server.may_impersonate = [&parts](const std::string& connection_user,
                                    const std::string& impersonated) {
    return parts.impersonation.Check(connection_user, impersonated);
  };
  parts.StartThroughputs();
  ASSIGN_OR_RETURN(parts.server, rpc::Server::Start(server, parts.methods));

  parts.address = WorkerAddressOf(conf, parts.server->port());
  parts.address.domain_socket_path = server.unix_path;
  parts.StartGauges();
  RETURN_IF_ERROR(parts.StartWeb(conf));
  parts.cacher.SetSelf(parts.address);
  parts.sessions.Start(parts.address);
  MasterSyncOptions sync;
  sync.heartbeat_interval = conf.GetDuration("alluxio.worker.block.heartbeat.interval");
  parts.persister.SetWake([&parts] { parts.WakePersists(); });
  parts.SetSync(std::make_unique<MasterSync>(sync, parts.sessions, parts.fs_master, *parts.store,
                                             HooksOf(parts.persister)));
  StoreUsage usage = parts.store->Usage();
  LOG_INFO("worker: serving address={}:{} blocks={}", parts.address.host, parts.address.rpc_port,
           usage.block_count);
  return process;
}

void WorkerProcess::Stop() {
  if (parts_ == nullptr || parts_->stopped) return;
  parts_->stopped = true;
  LOG_INFO("worker: stopping");
  parts_->web.reset();
  parts_->StopGauges();
  if (parts_->server != nullptr) parts_->server->Stop(kStopGrace);
  parts_->throughputs.reset();
  // Whoever waits for the master gives up, so that the threads below can end.
  parts_->connection->Close();
  parts_->sessions.Close();
  parts_->loads.Stop();
  parts_->commits->Stop();
  parts_->cacher.Stop();
  parts_->persister.Stop();
  parts_->lanes.Stop();
  parts_->cold.Stop();
  // Streams that were cut off clean up on these.
  parts_->readers->Stop();
  parts_->writers->Stop();
  parts_->EndSync();
  parts_->sessions.Stop();
  LOG_INFO("worker: stopped");
}

int RunWorker(int argc, char** argv) {
  const conf::ServerMain server{"AlluxioWorker", "worker", conf::Role::kWorker, "worker.log"};
  return conf::RunServer(server, argc, argv, [](conf::Configuration& conf,
                                                Termination& termination) -> Status {
    RETURN_IF_ERROR(TakeClusterDefaults(conf, Clock::Real(), [&termination](Duration pause) {
      return !termination.WaitFor(pause).has_value();
    }));
    ASSIGN_OR_RETURN(std::unique_ptr<WorkerProcess> process, WorkerProcess::Start(conf));
    LOG_INFO("worker: signal received number={}", termination.Wait());
    process->Stop();
    return OkStatus();
  });
}

}  // namespace alluxio::worker
