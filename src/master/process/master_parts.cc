#include "master/process/master_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "conf/service_address.h"
#include "env/clock.h"
#include "env/rng.h"
#include "master/process/backup.h"
#include "master/process/master_settings.h"
#include "master/process/metastore.h"
#include "master/process/other_masters.h"
#include "master/process/service_jobs.h"
#include "master/service/cluster_metrics.h"
#include "master/tree/tree_freeze.h"
#include "metrics/registry.h"
#include "model/path.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {
namespace {

// Threads that may wait for under stores, path locks and the journal. They start when needed; how
// many one mount may have is ServiceParts' business.
constexpr size_t kBlockingThreads = 1024;
// How often is looked whether inodes have to leave memory; the cache has room for what comes in
// between.
constexpr Duration kTrimInterval = std::chrono::milliseconds(50);
auth::GroupSource& GroupSourceOf(const conf::Configuration& conf) {
  bool identity = conf.GetString("alluxio.security.group.mapping.class").find("Identity") !=
                  std::string::npos;
  return identity ? auth::GroupSource::Identity() : auth::GroupSource::System();
}

auth::UserGroupsOptions GroupOptionsOf(const conf::Configuration& conf) {
  auth::UserGroupsOptions options;
  options.timeout = conf.GetDuration("alluxio.security.group.mapping.cache.timeout");
  return options;
}

PermissionSettings PermissionSettingsOf(const conf::Configuration& conf) {
  PermissionSettings settings;
  settings.enabled = conf.GetBool("alluxio.security.authorization.permission.enabled") &&
                     Authenticates(conf);
  settings.supergroup = conf.GetString("alluxio.security.authorization.permission.supergroup");
  return settings;
}

std::vector<JournaledPart*> FileSystemParts(InodeTree& tree, DirectoryIds& ids,
                                            MountParts& mounts, LoadJobTable& jobs) {
  std::vector<JournaledPart*> parts = {&tree, &ids};
  for (JournaledPart* part : mounts.parts()) parts.push_back(part);
  parts.push_back(&jobs);
  return parts;
}

SyncParts SyncPartsOf(MasterParts& master) {
  SyncParts parts;
  parts.ledger = &master.ledger;
  parts.tree = &master.tree;
  parts.directory_ids = &master.directory_ids;
  parts.locks = &master.path_locks;
  parts.mounts = &master.mounts;
  parts.blocks = &master.blocks;
  parts.listings = &master.listings;
  return parts;
}

FsParts FsPartsOf(MasterParts& master, const FsSettings& settings) {
  FsParts parts;
  parts.ledger = &master.ledger;
  parts.tree = &master.tree;
  parts.directory_ids = &master.directory_ids;
  parts.locks = &master.path_locks;
  parts.mounts = &master.mounts;
  parts.blocks = &master.blocks;
  parts.access = &master.access;
  parts.sync = &master.sync;
  parts.persists = &master.persist_schedule;
  parts.store_edits = &master.store_edits;
  parts.repairs = &master.store_repairs;
  parts.listing_cache = &master.listing_cache;
  parts.rng = &master.rng;
  parts.settings = settings;
  return parts;
}

size_t ListingCacheBytes(const conf::Configuration& conf) {
  return static_cast<size_t>(
      std::max<int64_t>(0, conf.GetBytes("alluxio.master.listing.cache.max.size")));
}

// What methods ask of the tree beside the operations on it.
void AskTree(InodeTree& tree, ServiceParts* service) {
  service->has_file = [&tree](BlockId block) {
    ReaderLock lock(tree.lock());
    return static_cast<bool>(tree.Find(FileIdOfBlock(block)));
  };
  if (!tree.bounded()) return;
  service->reads_disk = [&tree](const std::string& path) { return tree.ReadsDisk(path); };
  service->warm = [&tree](const std::string& path) { tree.Warm(path); };
}

}  // namespace

MasterParts::MasterParts(const conf::Configuration& configuration, const FsSettings& fs_settings,
                         std::unique_ptr<ufs::UfsFactory> ufs_factory,
                         std::unique_ptr<Primacy> entered_primacy,
                         std::unique_ptr<journal::UfsJournal> opened_journal,
                         InodeCache inode_cache)
    : conf(configuration),
      clock(Clock::Real()),
      rng(Rng::Real()),
      factory(std::move(ufs_factory)),
      primacy(std::move(entered_primacy)),
      journal(std::move(opened_journal)),
      groups(GroupSourceOf(conf), GroupOptionsOf(conf), clock),
      impersonation(AllProperties(conf), groups),
      images(OpenImages(conf)),
      tree(&undurable, std::move(inode_cache)),
      mounts(RootMountOf(conf), factory.get()),
      mount_parts(&mounts),
      file_system(journal::Component::kFileSystem,
                  FileSystemParts(tree, directory_ids, mount_parts, load_job_table), &retries,
                  &store_edits,
                  &listings),
      blocks(BlockMasterOptionsOf(conf, images.get()), ledger, clock, rng),
      meta(ledger),
      access(PermissionSettingsOf(conf)),
      sync(SyncPartsOf(*this), SyncSettingsOf(conf, fs_settings)),
      listing_cache(ListingCacheBytes(conf)),
      operations(FsPartsOf(*this, fs_settings)),
      persist(PersistQueueOptionsOf(conf), operations, clock),
      blocking(LanePool::Create({.name = "blocking", .threads = kBlockingThreads})),
      updates(conf, clock) {
  if (!tree.bounded()) tree.SetImages(images.get());
  if (tree.bounded() && images != nullptr) images->Remove(tree.checkpoint_name());
  if (primacy != nullptr) gate.Under(&primacy->lease());
  directory_ids.Carry(&store_edits, &listings);
  undurable.SetJournal(journal.get());
  ledger.journal = journal.get();
  ledger.file_system = &file_system;
  ledger.block = &blocks;
  ledger.meta = &meta;
  ledger.undurable = &undurable;
  ledger.retries = &retries;
}

Status MasterParts::Checkpoint() {
  TreeFreeze freeze(tree);
  Status written = journal->Checkpoint([&](const std::function<void()>& inside) {
    WriterLock tree_lock(tree.lock());
    WriterLock block_lock(blocks.lock());
    WriterLock meta_lock(meta.lock());
    freeze.Around(inside);
  });
  RETURN_IF_ERROR(freeze.status());
  RETURN_IF_ERROR(written);
  last_checkpoint_ms = clock.NowMs();
  return OkStatus();
}

void MasterParts::WithLock(journal::Component component, const std::function<void()>& inside) {
  SharedMutex& mutex = component == journal::Component::kFileSystem ? tree.lock()
                       : component == journal::Component::kBlock    ? blocks.lock()
                                                                    : meta.lock();
  WriterLock lock(mutex);
  inside();
}

journal::JournalEntry MasterParts::TakeoverEntry(journal::Component component) {
  journal::JournalEntry entry;
  switch (component) {
    case journal::Component::kFileSystem: {
      ReaderLock lock(tree.lock());
      return directory_ids.RepeatEdit().entry();
    }
    case journal::Component::kBlock:
      entry.mutable_block_container_id_generator()->set_next_container_id(
          blocks.journaled_containers());
      return entry;
    case journal::Component::kMeta: {
      std::string id = meta.cluster_id();
      entry.mutable_cluster_info()->set_cluster_id(id.empty() ? rng.Uuid() : id);
      return entry;
    }
  }
  return entry;
}

Status MasterParts::Bootstrap(const std::string& login_user) {
  RETURN_IF_ERROR(blocks.StartServing());
  OpContextOptions options;
  options.clock = &clock;
  options.may_block = true;
  OpContext context(std::move(options));
  FirstBoot boot;
  if (Authenticates(conf)) {
    boot.owner = login_user;
    boot.group = groups.PrimaryGroup(login_user);
  }
  ASSIGN_OR_RETURN(FsSettings settings, FsSettingsOf(conf));
  boot.mode = Mode{static_cast<uint16_t>(0777 & ~settings.umask)};
  boot.now_ms = clock.NowMs();
  {
    WriterLock lock(tree.lock());
    EditContext edits(ledger, context);
    if (!tree.root()) {
      LOG_INFO("master: first start, making the root directory owner={}", boot.owner);
      for (Edit& edit : BootstrapEdits(boot)) edits.Record(std::move(edit));
    }
  }
  RETURN_IF_ERROR(meta.EnsureClusterId(context, rng));
  return journal->WaitDurable(context.position());
}

Status MasterParts::CheckRootOwner(const std::string& login_user) const {
  if (!Authenticates(conf) || conf.GetBool("alluxio.master.skip.root.acl.check")) {
    return OkStatus();
  }
  ReaderLock lock(tree.lock());
  std::string owner(tree.root().owner());
  if (owner.empty() || owner == login_user) return OkStatus();
  return FailedPrecondition(
      "root directory: it belongs to \"" + owner + "\", but this master runs as \"" + login_user +
      "\"; run it as that user, or set alluxio.master.skip.root.acl.check=true");
}

Status MasterParts::StartServer() {
  conf::ServiceAddress address = conf::ServiceAddress::OfMasterRpc(conf);
  service.operations = &operations;
  service.blocks = &blocks;
  service.meta = &meta;
  service.mounts = &mounts;
  service.persist = &persist;
  RETURN_IF_ERROR(MakeLoadJobs());
  // Without a host of a job master nobody is asked for copies.
  if (auto desk = ReplicationDeskOf(conf); desk.ok()) replication = *std::move(desk);
  service.load_jobs = load_jobs.get();
  service.journal = journal.get();
  service.gate = &gate;
  service.blocking = blocking.get();
  service.groups = &groups;
  service.conf = &conf;
  service.clock = &clock;
  service.checkpoint = [this] { return Checkpoint(); };
  backups = std::make_unique<BackupDesk>(
      [this](const BackupWish& wish) { return TakeBackup(*this, wish); }, rng);
  service.backups = backups.get();
  BeginClusterMetrics();
  throughputs = std::make_unique<metrics::ThroughputGauges>(metrics::Registry::Process(), clock,
                                                            ClusterThroughputs());
  service.throughputs = throughputs.get();
  service.updates = &updates;
  service.server_configs = &server_configs;
  if (primacy != nullptr) {
    service.other_masters = [this] { return primacy->Others(); };
    service.other_configs = [this] { return SettingsOfMasters(conf, primacy->Others()); };
  }
  AskTree(tree, &service);
  service.host = address.connect_host;
  service.rpc_port = address.port;
  service.web_port = conf.GetInt("alluxio.master.web.port");
  service.start_time_ms = clock.NowMs();
  service.version = conf.GetString("alluxio.version");
  service.list_batch = static_cast<size_t>(
      std::max(1, conf.GetInt("alluxio.master.filesystem.liststatus.result.message.length")));
  service.check_superuser = [this](OpContext& context) { return CheckSuperuser(context); };
  if (conf.GetBool("alluxio.master.audit.logging.enabled")) {
    ASSIGN_OR_RETURN(audit, OpenAuditLog());
    service.audit = audit.get();
  }
  updates.SetListener([this](const conf::Configuration& changed) {
    MutexLock lock(chores_lock);
    if (chores != nullptr) chores->Change(ChoreSettingsOf(changed));
  });
  AddMasterServices(service, &methods);
  rpc::ServerOptions options = ServerOptionsOf(conf);
  options.may_impersonate = [this](const std::string& user, const std::string& impersonated) {
    return impersonation.Check(user, impersonated);
  };
  ASSIGN_OR_RETURN(server, rpc::Server::Start(options, methods));
  service.rpc_port = server->port();
  return OkStatus();
}

Status MasterParts::MakeLoadJobs() {
  ASSIGN_OR_RETURN(stub::ConnectionOptions connection, stub::ConnectionOptions::FromConf(conf));
  LoadJobParts jobs;
  jobs.ledger = &ledger;
  jobs.tree = &tree;
  jobs.table = &load_job_table;
  jobs.operations = &operations;
  jobs.blocks = &blocks;
  jobs.gate = &gate;
  jobs.clock = &clock;
  jobs.rng = &rng;
  jobs.blocking = blocking.get();
  jobs.groups_of = [this](const std::string& user) { return groups.GroupsOf(user); };
  jobs.dial = [connection](const WorkerNetAddress& to) {
    return std::make_shared<stub::BlockWorkerClient>(to, connection);
  };
  load_jobs = std::make_unique<LoadJobs>(std::move(jobs));
  return OkStatus();
}

Status MasterParts::CheckSuperuser(OpContext& context) {
  std::string owner;
  {
    ReaderLock lock(tree.lock());
    owner = std::string(tree.root().owner());
  }
  const Result<GroupList>& of_user = context.Groups();
  return access.CheckSuperuser(
      access.Identify(context.user(), of_user.ok() ? *of_user : nullptr, owner));
}

Result<std::unique_ptr<AuditLog>> MasterParts::OpenAuditLog() {
  LogFileOptions file;
  file.path = conf.GetString("alluxio.logs.dir") + "/master_audit.log";
  ASSIGN_OR_RETURN(std::unique_ptr<LineLog> lines, LineLog::Open(file, "AUDIT_LOG"));
  AuditParts what;
  what.authentication = conf.GetString("alluxio.security.authentication.type");
  what.primary_group = [this](const std::string& user) { return groups.PrimaryGroup(user); };
  what.permission = [this](const std::string& path) -> std::optional<std::string> {
    Result<std::string> clean = CleanPath(path);
    if (!clean.ok()) return std::nullopt;
    ReaderLock lock(tree.lock());
    WalkResult walk = tree.Walk(*clean);
    if (!walk.found()) return std::nullopt;
    InodeView inode = walk.last();
    return fmt::format("{}:{}:{}", inode.owner(), inode.group(), ModeText(inode.mode()));
  };
  return std::make_unique<AuditLog>(std::move(lines), std::move(what));
}

Status MasterParts::StartWeb() {
  WebParts shown;
  shown.operations = &operations;
  shown.blocks = &blocks;
  shown.meta = &meta;
  shown.mounts = &mounts;
  shown.gate = &gate;
  shown.journal = journal.get();
  shown.entries_since_checkpoint = [this] { return journal->EntriesSinceCheckpoint(); };
  shown.load_jobs = load_jobs.get();
  // Without a host of a job master the page says so.
  if (auto jobs = ServiceJobsOf(conf); jobs.ok()) shown.service_jobs = *jobs;
  shown.conf = &conf;
  shown.conf_now = [this] { return updates.Now(); };
  shown.clock = &clock;
  shown.other_masters = service.other_masters;
  if (primacy != nullptr) {
    shown.primary = [this] { return primacy->Leader(); };
    shown.lag_entries = [this] { return static_cast<int64_t>(journal->Lag().unread_entries); };
  }
  shown.host = service.host;
  shown.rpc_port = service.rpc_port;
  shown.start_time_ms = service.start_time_ms;
  shown.version = service.version;
  ASSIGN_OR_RETURN(web, MasterWeb::Start(std::move(shown)));
  return OkStatus();
}

void MasterParts::StartChores(const ChoreParts& what) {
  gained_primacy_ms = clock.NowMs();
  MutexLock lock(chores_lock);
  chores = std::make_unique<Chores>(what, ChoreSettingsOf(*updates.Now()));
}

void MasterParts::StartTrimming() {
  if (!tree.bounded()) return;
  trimming = std::make_unique<PeriodicTask>("tree-trim", kTrimInterval,
                                            [this] { tree.TrimInSlices(); });
}

void MasterParts::StopChores() {
  std::unique_ptr<Chores> ending;
  {
    MutexLock lock(chores_lock);
    ending = std::move(chores);
  }
}

}  // namespace alluxio::master
