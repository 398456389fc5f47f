#include "master/process/master_process.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "auth/login_user.h"
#include "base/log.h"
#include "base/spare_memory.h"
#include "conf/load_options.h"
#include "env/termination.h"
#include "journal/ufs/format_journal.h"
#include "master/process/backup.h"
#include "master/process/master_parts.h"
#include "master/process/master_settings.h"
#include "master/process/metastore.h"
#include "master/process/restart.h"
#include "ufs/all/all_adapters.h"
#include "ufs/guard/guarded_factory.h"

namespace alluxio::master {
namespace {

constexpr Duration kStopGrace = std::chrono::seconds(5);
constexpr Duration kLookInterval = std::chrono::milliseconds(100);  // at signals and at our place
constexpr int64_t kStandbyHead = 3;  // times the entries after which a standby writes a checkpoint
constexpr int kExitFailed = 1;
constexpr int kExitJournalFailed = 2;
constexpr int kExitMetastoreFailed = 3;
constexpr char kUsage[] =
    "AlluxioMaster [-Dkey=value ...]\n"
    "\n"
    "Serves the namespace of a cluster. Properties come from -Dkey=value, ALLUXIO_* variables and\n"
    "conf/alluxio-site.properties. Ends on SIGTERM or SIGINT.\n";

// Memory is ahead of the disk and can never be made durable: nothing may be answered any more.
[[noreturn]] void DieOfJournal(const Status& status) {
  LOG_ERROR("master: the journal has failed, the process ends error={}", status.ToString());
  FlushLog();
  fmt::print(stderr, "AlluxioMaster: the journal has failed: {}\n", status.message());
  std::fflush(stderr);
  std::_Exit(kExitJournalFailed);
}

// Which inodes there are is not known any more, and an answer would be made up. The next start
// builds the folder anew.
[[noreturn]] void DieOfMetastore(const Status& status) {
  LOG_ERROR("master: the metastore has failed, the process ends error={}", status.ToString());
  FlushLog();
  fmt::print(stderr, "AlluxioMaster: the metastore has failed: {}\n", status.message());
  std::fflush(stderr);
  std::_Exit(kExitMetastoreFailed);
}

// Of several masters a lost place is no failure of the journal: the process starts again.
void JournalFailed(Primacy* primacy, const Status& status) {
  if (primacy == nullptr || !primacy->lease().ended()) DieOfJournal(status);
  primacy->StepDown(status);
}

Result<std::unique_ptr<journal::UfsJournal>> OpenJournal(const conf::Configuration& conf,
                                                         ufs::UfsFactory& factory,
                                                         Primacy* primacy,
                                                         std::function<bool()> stopping) {
  std::string folder = conf.GetString("alluxio.master.journal.folder");
  Result<std::shared_ptr<ufs::Ufs>> ufs = factory.Open(folder, journal::JournalStoreOptions(conf));
  if (!ufs.ok()) return ufs.status().WithContext("alluxio.master.journal.folder=" + folder);
  journal::UfsJournalOptions options = journal::UfsJournalOptions::From(conf);
  options.on_fatal = [primacy](const Status& status) { JournalFailed(primacy, status); };
  options.stopping = std::move(stopping);
  if (primacy != nullptr) options.lease = &primacy->lease();
  return journal::UfsJournal::Create(*std::move(ufs), std::move(options));
}

std::vector<journal::StateMachine*> MachinesOf(MasterParts& parts) {
  return {&parts.file_system, &parts.blocks, &parts.meta};
}

Status LogReplayed(const MasterParts& parts, const Result<journal::ReplayReport>& report) {
  std::string folder = parts.conf.GetString("alluxio.master.journal.folder");
  if (!report.ok()) return report.status().WithContext("journal " + folder);
  ReaderLock lock(parts.tree.lock());
  LOG_INFO("master: journal replayed folder={} entries={} checkpoints={} seconds={:.3f} inodes={}",
           folder, report->entries, report->checkpoints, report->seconds,
           parts.tree.inode_count());
  return OkStatus();
}

ChoreParts ChorePartsOf(MasterParts& parts) {
  ChoreParts chores;
  chores.operations = &parts.operations;
  chores.tree = &parts.tree;
  chores.blocks = &parts.blocks;
  chores.persist = &parts.persist;
  chores.replication = parts.replication.get();
  chores.gate = &parts.gate;
  chores.clock = &parts.clock;
  chores.checkpoint = [&parts] { return parts.Checkpoint(); };
  chores.daily_backup = [&parts](int keep) { return TakeDailyBackup(parts, keep); };
  chores.entries_since_checkpoint = [&parts] {
    // Standbys write the checkpoints; the primary steps in when they do not.
    bool standbys = parts.primacy != nullptr && !parts.primacy->Others().empty();
    return parts.journal->EntriesSinceCheckpoint() / (standbys ? kStandbyHead : 1);
  };
  return chores;
}

bool IsEmpty(const MasterParts& parts) {
  return std::all_of(std::begin(journal::kComponents), std::end(journal::kComponents),
                     [&](journal::Component component) {
                       return parts.journal->NextSequenceNumber(component) == 0;
                     });
}

// What follows the replay of a master that is to serve. `was_empty`: the journal, before it.
Status MakeReady(MasterParts& parts, const std::string& login, bool was_empty) {
  RETURN_IF_ERROR(CheckNoRestoreBegun(parts));
  if (was_empty) RETURN_IF_ERROR(RestoreBackup(parts));
  RETURN_IF_ERROR(parts.Bootstrap(login));
  RETURN_IF_ERROR(parts.CheckRootOwner(login));
  parts.operations.AdoptStoreEdits();
  return OkStatus();
}

Status TakeOver(MasterParts& parts, const std::string& login) {
  bool was_empty = IsEmpty(parts);
  RETURN_IF_ERROR(parts.journal->TakeOver(
      [&parts](journal::Component component) { return parts.TakeoverEntry(component); }));
  RETURN_IF_ERROR(MakeReady(parts, login, was_empty));
  if (!parts.gate.TryEnter(ServingGate::Phase::kServing)) {
    return Unavailable("this master was told to stop meanwhile");
  }
  parts.StartChores(ChorePartsOf(parts));
  parts.load_jobs->Start();
  return OkStatus();
}

void CheckpointOfStandby(MasterParts& parts, int64_t limit) {
  if (parts.gate.phase() != ServingGate::Phase::kStandby) return;
  if (parts.journal->EntriesSinceCheckpoint() < limit) return;
  LogIfError(parts.Checkpoint(), "master: checkpoint of a standby");
}

}  // namespace

MasterProcess::MasterProcess(std::unique_ptr<MasterParts> parts) : parts_(std::move(parts)) {}

MasterProcess::~MasterProcess() {
  LogIfError(Stop(), "closing the journal at the end");
  // Threads that no deadline of ours could free still use the parts; the process ends anyway.
  if (parts_ != nullptr && parts_->abandoned) (void)parts_.release();
}

int MasterProcess::port() const { return parts_->server->port(); }

Result<std::unique_ptr<MasterProcess>> MasterProcess::Start(const conf::Configuration& conf,
                                                             std::function<bool()> stopping) {
  RETURN_IF_ERROR(CheckSupported(conf));
  RETURN_IF_ERROR(CheckOptions(RootMountOf(conf)).WithContext("alluxio.master.mount.table.root"));
  ASSIGN_OR_RETURN(FsSettings settings, FsSettingsOf(conf));
  ASSIGN_OR_RETURN(std::string login,
                   auth::LoginUser(conf.GetString("alluxio.security.login.username")));
  std::unique_ptr<ufs::UfsFactory> adapters = ufs::AllAdapters::Create(conf);
  ASSIGN_OR_RETURN(std::unique_ptr<Primacy> primacy, Primacy::Create(conf));
  ASSIGN_OR_RETURN(std::unique_ptr<journal::UfsJournal> journal,
                   OpenJournal(conf, *adapters, primacy.get(), std::move(stopping)));
  auto stopped = std::make_shared<std::atomic<bool>>(false);
  ufs::GuardedFactoryOptions guard;
  guard.metrics = "Master";
  guard.stopping = [stopped] { return stopped->load(); };
  std::unique_ptr<ufs::UfsFactory> factory =
      ufs::GuardedFactory::Wrap(std::move(adapters), conf, std::move(guard));
  ASSIGN_OR_RETURN(InodeCache inode_cache, OpenMetastore(conf, DieOfMetastore));
  std::unique_ptr<MasterProcess> process(new MasterProcess(
      std::make_unique<MasterParts>(conf, settings, std::move(factory), std::move(primacy),
                                    std::move(journal), std::move(inode_cache))));
  process->parts_->stopping = std::move(stopped);
  bool alone = process->parts_->primacy == nullptr;
  RETURN_IF_ERROR(alone ? process->StartAlone(login) : process->StartAmongOthers(login));
  return process;
}

Status MasterProcess::StartAlone(const std::string& login) {
  MasterParts& parts = *parts_;
  RETURN_IF_ERROR(LogReplayed(parts, parts.journal->Recover(MachinesOf(parts))));
  RETURN_IF_ERROR(MakeReady(parts, login, IsEmpty(parts)));
  GiveBackSpareMemory();
  parts.StartTrimming();
  parts.gate.Enter(ServingGate::Phase::kServing);
  RETURN_IF_ERROR(parts.StartServer());
  parts.StartGauges();
  RETURN_IF_ERROR(parts.StartWeb());
  parts.StartChores(ChorePartsOf(parts));
  parts.load_jobs->Start();
  LOG_INFO("master: serving address={}:{} user={}", parts.service.host, parts.server->port(),
           login);
  return OkStatus();
}

Status MasterProcess::StartAmongOthers(const std::string& login) {
  MasterParts& parts = *parts_;
  Primacy& primacy = *parts.primacy;
  journal::FollowOptions follow;
  follow.exclusive = [&parts](journal::Component component, const std::function<void()>& apply) {
    parts.WithLock(component, apply);
  };
  follow.on_diverged = [&primacy](const Status& why) { primacy.StepDown(why); };
  parts.blocks.StartFollowing();
  RETURN_IF_ERROR(
      LogReplayed(parts, parts.journal->Follow(MachinesOf(parts), std::move(follow))));
  GiveBackSpareMemory();
  parts.StartTrimming();
  parts.gate.Enter(ServingGate::Phase::kStandby);
  RETURN_IF_ERROR(parts.StartServer());
  parts.StartGauges();
  RETURN_IF_ERROR(parts.StartWeb());
  ChoreSettings chores = ChoreSettingsOf(parts.conf);
  parts.standby_checkpoints = std::make_unique<PeriodicTask>(
      "checkpoint", chores.checkpoint_interval,
      [&parts, limit = chores.checkpoint_entries] { CheckpointOfStandby(parts, limit); });
  parts.standby_workers = std::make_unique<PeriodicTask>(
      "lost-workers", chores.lost_workers_interval, [&parts] {
        if (parts.gate.phase() == ServingGate::Phase::kStandby) parts.blocks.CheckWorkers();
      });
  LOG_INFO("master: standby address={}:{} user={}", parts.service.host, parts.server->port(),
           login);
  PrimacyActions actions;
  actions.take_over = [&parts, login] { return TakeOver(parts, login); };
  actions.step_down = [&parts](const Status&) { parts.gate.Enter(ServingGate::Phase::kStopped); };
  primacy.Enter(std::move(actions));
  return OkStatus();
}

bool MasterProcess::must_restart() const {
  return parts_->primacy != nullptr && parts_->primacy->over();
}

Status MasterProcess::Stop() {
  if (parts_ == nullptr || parts_->stopped) return OkStatus();
  MasterParts& parts = *parts_;
  parts.stopped = true;
  LOG_INFO("master: stopping");
  parts.gate.Enter(ServingGate::Phase::kStopped);
  if (parts.stopping != nullptr) parts.stopping->store(true);
  // The journal's logs are completed while the place is still ours; the next one waits for it.
  parts.standby_checkpoints.reset();
  parts.standby_workers.reset();
  parts.trimming.reset();
  bool in_good_order = parts.primacy == nullptr || parts.primacy->primary();
  if (!in_good_order) parts.primacy->Resign();
  parts.StopChores();
  if (parts.load_jobs != nullptr) parts.load_jobs->Stop();
  parts.web.reset();
  if (parts.server != nullptr) parts.server->Stop(kStopGrace);
  parts.persist.Stop();
  parts.backups.reset();
  if (!parts.blocking->Stop(kStopGrace)) {
    LOG_WARN("master: stopping although operations still wait for under stores");
    parts.abandoned = true;
  }
  if (parts.server != nullptr) parts.StopGauges();
  // Of a place that is lost nothing is left to be written, and a call to the store that hangs must
  // not keep this master from starting again.
  Status closed;
  if (must_restart()) {
    parts.abandoned = true;
  } else {
    closed = parts.journal->Close();
  }
  if (parts.primacy != nullptr) parts.primacy->Resign();
  LOG_INFO("master: stopped journal={}", closed.ToString());
  return closed;
}

int RunMaster(int argc, char** argv) {
  Termination termination;
  auto fail = [](const Status& status) {
    LOG_ERROR("master: not started error={}", status.ToString());
    FlushLog();
    fmt::print(stderr, "AlluxioMaster: {}\n", status.message());
    return kExitFailed;
  };
  for (const std::string& argument : conf::OtherArguments(argc, argv)) {
    if (argument == "--help" || argument == "-h") {
      fmt::print("{}", kUsage);
      return 0;
    }
    return fail(InvalidArgument("argument \"" + argument + "\": not understood; try --help"));
  }
  Result<conf::Configuration> conf = conf::Configuration::Load(
      conf::LoadOptions::OfProcess(conf::Role::kMaster, argc, argv));
  if (!conf.ok()) return fail(conf.status());
  LogFileOptions log;
  log.path = conf->GetString("alluxio.logs.dir") + "/master.log";
  if (Status opened = LogToFile(log); !opened.ok()) return fail(opened);
  conf->LogWarnings();
  Result<std::unique_ptr<MasterProcess>> process = MasterProcess::Start(
      *conf, [&termination] { return termination.Came(); });
  if (!process.ok() && termination.Came()) {
    LOG_INFO("master: stopped before it had started error={}", process.status().ToString());
    FlushLog();
    return 0;
  }
  if (!process.ok()) return fail(process.status());
  std::optional<int> signal;
  while (!signal && !(*process)->must_restart()) signal = termination.WaitFor(kLookInterval);
  if (!signal) {
    LogIfError((*process)->Stop(), "master: stopping before the start");
    FlushLog();
    Status failed = RestartProcess(argv);  // returns on failure only
    LOG_ERROR("master: {}", failed.ToString());
    FlushLog();
    std::_Exit(kExitFailed);
  }
  LOG_INFO("master: signal received number={}", *signal);
  Status stopped = (*process)->Stop();
  FlushLog();
  return stopped.ok() ? 0 : kExitFailed;
}

}  // namespace alluxio::master
