#include "master/process/master_process.h"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>

#include "auth/login_user.h"
#include "base/log.h"
#include "conf/load_options.h"
#include "env/termination.h"
#include "master/process/master_parts.h"
#include "master/process/master_settings.h"
#include "ufs/all/all_adapters.h"
#include "ufs/guard/guarded_factory.h"

namespace alluxio::master {
namespace {

constexpr Duration kStopGrace = std::chrono::seconds(5);
constexpr int kExitFailed = 1;
constexpr int kExitJournalFailed = 2;
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

Result<std::unique_ptr<journal::UfsJournal>> OpenJournal(const conf::Configuration& conf,
                                                         ufs::UfsFactory& factory) {
  std::string folder = conf.GetString("alluxio.master.journal.folder");
  Result<std::shared_ptr<ufs::Ufs>> ufs = factory.Open(folder, ufs::UfsOpenOptions{});
  if (!ufs.ok()) return ufs.status().WithContext("alluxio.master.journal.folder=" + folder);
  journal::UfsJournalOptions options = journal::UfsJournalOptions::From(conf);
  options.on_fatal = [](const Status& status) { DieOfJournal(status); };
  return journal::UfsJournal::Create(*std::move(ufs), std::move(options));
}

Status Recover(MasterParts& parts) {
  Result<journal::ReplayReport> report =
      parts.journal->Recover({&parts.file_system, &parts.blocks, &parts.meta});
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
  chores.gate = &parts.gate;
  chores.clock = &parts.clock;
  chores.checkpoint = [&parts] { return parts.Checkpoint(); };
  chores.entries_since_checkpoint = [&parts] { return parts.journal->EntriesSinceCheckpoint(); };
  return chores;
}

}  // namespace

MasterProcess::MasterProcess(std::unique_ptr<MasterParts> parts) : parts_(std::move(parts)) {}

MasterProcess::~MasterProcess() {
  LogIfError(Stop(), "closing the journal at the end");
  // Threads that no deadline of ours could free still use the parts; the process ends anyway.
  if (parts_ != nullptr && parts_->abandoned) (void)parts_.release();
}

int MasterProcess::port() const { return parts_->server->port(); }

Result<std::unique_ptr<MasterProcess>> MasterProcess::Start(const conf::Configuration& conf) {
  RETURN_IF_ERROR(CheckSupported(conf));
  RETURN_IF_ERROR(CheckOptions(RootMountOf(conf)).WithContext("alluxio.master.mount.table.root"));
  ASSIGN_OR_RETURN(FsSettings settings, FsSettingsOf(conf));
  ASSIGN_OR_RETURN(std::string login,
                   auth::LoginUser(conf.GetString("alluxio.security.login.username")));
  std::unique_ptr<ufs::UfsFactory> adapters = ufs::AllAdapters::Create(conf);
  ASSIGN_OR_RETURN(std::unique_ptr<journal::UfsJournal> journal, OpenJournal(conf, *adapters));
  auto stopping = std::make_shared<std::atomic<bool>>(false);
  ufs::GuardedFactoryOptions guard;
  guard.metrics = "Master";
  guard.stopping = [stopping] { return stopping->load(); };
  std::unique_ptr<ufs::UfsFactory> factory =
      ufs::GuardedFactory::Wrap(std::move(adapters), conf, std::move(guard));
  std::unique_ptr<MasterProcess> process(new MasterProcess(std::make_unique<MasterParts>(
      conf, settings, std::move(factory), std::move(journal))));
  MasterParts& parts = *process->parts_;
  parts.stopping = std::move(stopping);
  RETURN_IF_ERROR(Recover(parts));
  RETURN_IF_ERROR(parts.Bootstrap(login));
  RETURN_IF_ERROR(parts.CheckRootOwner(login));
  parts.operations.AdoptStoreEdits();
  parts.gate.Enter(ServingGate::Phase::kServing);
  RETURN_IF_ERROR(parts.StartServer());
  parts.StartGauges();
  parts.chores = std::make_unique<Chores>(ChorePartsOf(parts), ChoreSettingsOf(conf));
  LOG_INFO("master: serving address={}:{} user={}", parts.service.host, parts.server->port(),
           login);
  return process;
}

Status MasterProcess::Stop() {
  if (parts_ == nullptr || parts_->stopped) return OkStatus();
  MasterParts& parts = *parts_;
  parts.stopped = true;
  LOG_INFO("master: stopping");
  parts.gate.Enter(ServingGate::Phase::kStopped);
  if (parts.stopping != nullptr) parts.stopping->store(true);
  parts.chores.reset();
  if (parts.server != nullptr) parts.server->Stop(kStopGrace);
  parts.persist.Stop();
  if (!parts.blocking->Stop(kStopGrace)) {
    LOG_WARN("master: stopping although operations still wait for under stores");
    parts.abandoned = true;
  }
  if (parts.server != nullptr) parts.StopGauges();
  Status closed = parts.journal->Close();
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
  Result<std::unique_ptr<MasterProcess>> process = MasterProcess::Start(*conf);
  if (!process.ok()) return fail(process.status());
  int signal = termination.Wait();
  LOG_INFO("master: signal received number={}", signal);
  Status stopped = (*process)->Stop();
  FlushLog();
  return stopped.ok() ? 0 : kExitFailed;
}

}  // namespace alluxio::master
