// alluxio-cli: every command line tool of Alluxio. The first word selects the tree:
//
//   alluxio-cli [-Dkey=value ...] fs ls /
//   alluxio-cli getConf | format | formatMasters | formatWorkers | runTests | version | ...
//
// -Dkey=value may stand anywhere. Properties also come from the environment and
// alluxio-site.properties.
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <iostream>

#include "base/log.h"
#include "cli/admin/commands.h"
#include "cli/admin/fsadmin.h"
#include "cli/completion.h"
#include "cli/fs/commands.h"
#include "cli/job/job_shell.h"
#include "cli/shell.h"
#include "cli/tool/collect_info.h"
#include "cli/tool/format.h"
#include "cli/tool/get_conf.h"
#include "cli/tool/log_level.h"
#include "cli/tool/read_journal.h"
#include "cli/tool/run_tests.h"
#include "cli/tool/run_ufs_io.h"
#include "cli/tool/run_ufs_tests.h"
#include "cli/tool/tool_table.h"
#include "cli/tool/top.h"
#include "cli/tool/validate_conf.h"
#include "cli/tool/validate_env.h"
#include "cli/tool/version.h"
#include "client/fs/cluster_defaults.h"
#include "client/fs/cluster_file_system.h"
#include "conf/configuration.h"
#include "master/process/master_settings.h"
#include "stub/master_authority.h"
#include "ufs/all/all_adapters.h"
#include "worker/process/worker_settings.h"

namespace alluxio::cli {
namespace {

using Words = std::vector<std::string>;
using conf::Configuration;

// What the servers say at their start.
Status CheckMasterSettings(const Configuration& conf) {
  return master::FsSettingsOf(conf).status();
}
Status CheckWorkerSettings(const Configuration& conf) {
  RETURN_IF_ERROR(worker::CheckSupported(conf));
  return worker::StoreOptionsOf(conf).status();
}

int Fail(const Status& status, Printer& printer) {
  printer.Line("{}", status.message());
  return kExitFailure;
}

int RunFs(const Words& words, Configuration& conf, Printer& printer) {
  bool help = words.empty() || words[0] == "help" || words[0] == "--help" ||
              (words.size() > 1 && words[1] == "--help");
  // A person waits: give up on a master that is down after seconds, not minutes.
  if (!conf.IsSetByUser("alluxio.user.rpc.retry.max.duration")) {
    Status set = conf.Set("alluxio.user.rpc.retry.max.duration", "5s");
    if (!set.ok()) return Fail(set, printer);
  }
  // Paths may say which cluster is meant; what is mounted does not.
  const size_t paths_end = words.empty() || words[0] != "mount" ? words.size() : 2;
  for (size_t i = 1; i < std::min(paths_end, words.size()); ++i) {
    Status applied = stub::ApplyAuthority(words[i], &conf);
    if (!applied.ok()) return Fail(applied, printer);
  }
  if (!help && conf.GetString("alluxio.master.hostname").empty() &&
      !conf.GetBool("alluxio.zookeeper.enabled") &&
      conf.GetList("alluxio.master.rpc.addresses").size() < 2) {
    printer.Line(
        "Cannot run Alluxio fs shell; Unable to determine master address. Please modify "
        "alluxio-site.properties to set alluxio.master.hostname");
    return 1;
  }
  std::unique_ptr<client::FileSystem> fs;
  if (!help) {
    // These two also tell something about a master that does not answer.
    bool master_may_be_down = words[0] == "leader" || words[0] == "masterInfo";
    Result<client::PathDefaults> paths =
        master_may_be_down ? client::PathDefaults() : client::LoadClusterDefaults(conf);
    if (!paths.ok()) return Fail(paths.status(), printer);
    Result<std::unique_ptr<client::FileSystem>> connected =
        client::ClusterFileSystem::Connect(conf, *paths);
    if (!connected.ok()) return Fail(connected.status(), printer);
    fs = *std::move(connected);
  }
  FsContext context;
  Result<std::unique_ptr<stub::JobMasterClient>> jobs = ConnectToJobMaster(conf);
  if (jobs.ok()) context.jobs = jobs->get();
  context.batch_size = conf.GetInt("alluxio.job.request.batch.size");
  context.write_type = conf.GetString("alluxio.user.file.writetype.default");
  context.fs = fs.get();
  context.local = &Disk::Real();
  context.clock = &Clock::Real();
  context.media = conf.GetList("alluxio.master.tieredstore.global.mediumtype");
  context.date_pattern = conf.GetString("alluxio.user.date.format.pattern");
  context.cpus = conf.host().cpus;
  context.heartbeat_ms = ToMillis(conf.GetDuration("alluxio.worker.block.heartbeat.interval"));
  context.show_permissions =
      conf.GetBool("alluxio.security.authorization.permission.enabled") &&
      conf.GetString("alluxio.security.authentication.type") != "NOSASL";
  Shell shell({"fs", FsCommands(context), {{"umount", "unmount"}}});
  return shell.Run(words, printer);
}

int RunFormat(const std::string& tool, const Words& words, const Configuration& conf,
              Printer& printer) {
  if (!words.empty()) {  // what was meant is unknown, and what is formatted is gone
    printer.ErrorLine("{}: unknown argument {}; nothing was formatted", tool, words[0]);
    printer.Print("{}", ToolHelp(tool));
    return 1;
  }
  const bool master = tool.find("Worker") == std::string::npos;
  const bool worker = tool == "format" || !master;
  std::unique_ptr<ufs::UfsFactory> factory = ufs::AllAdapters::Create(conf);
  if (worker) {
    Status formatted = FormatWorker(conf, Disk::Real(), printer);
    if (!formatted.ok()) return Fail(formatted, printer);
  }
  if (master) {
    Status formatted = FormatMaster(conf, *factory, printer);
    if (!formatted.ok()) return Fail(formatted, printer);
  }
  return kExitOk;
}

int RunTestsOnCluster(const Words& words, Configuration& conf, Printer& printer) {
  Result<client::PathDefaults> paths = client::LoadClusterDefaults(conf);
  if (!paths.ok()) return Fail(paths.status(), printer);
  Result<std::unique_ptr<client::FileSystem>> fs =
      client::ClusterFileSystem::Connect(conf, *paths);
  if (!fs.ok()) return Fail(fs.status(), printer);
  return RunTests(words, **fs, printer);
}

int RefuseTool(const std::string& tool, Printer& printer) {
  if (std::string instead = ReplacedBy(tool); !instead.empty()) {
    printer.ErrorLine("The command \"{}\" is not there: {}.", tool, instead);
  } else {
    printer.ErrorLine("Unsupported command {}", tool);
    printer.Print("{}", ToolUsage());
  }
  return 1;
}

// runTests with every choice made that the line leaves open.
Words OneTest(Words words) {
  for (const auto& [option, value] : {std::pair("--operation", "BASIC"),
                                      std::pair("--readType", "CACHE_PROMOTE"),
                                      std::pair("--writeType", "MUST_CACHE")}) {
    bool given = std::any_of(words.begin(), words.end(),
                             [&](const std::string& word) { return word.starts_with(option); });
    if (!given) words.insert(words.end(), {option, value});
  }
  return words;
}

// Every command with its sub-commands. What they would work with is not there.
std::vector<Command> WholeTable() {
  static FsContext files;
  static AdminContext admin;
  static stub::JobMasterClient jobs(nullptr);
  std::vector<Command> table = ToolTable();
  for (Command& tool : table) {
    if (tool.name == "fs") tool.subcommands = FsCommands(files);
    if (tool.name == "fsadmin") tool.subcommands = AdminCommands(admin);
    if (tool.name == "job") tool.subcommands = JobCommands(jobs);
  }
  return table;
}

int RunCompletion(const Words& words, Printer& printer) {
  if (words.size() != 1 || (words[0] != "bash" && words[0] != "zsh")) {
    printer.ErrorLine("completion: bash or zsh is expected");
    printer.Print("{}", ToolHelp("completion"));
    return 1;
  }
  printer.Raw(words[0] == "bash" ? BashCompletion("alluxio", WholeTable())
                                 : ZshCompletion("alluxio", WholeTable()));
  return kExitOk;
}

int RunTool(const std::string& tool, const Words& words, Configuration& conf, Printer& printer) {
  if (tool == "top") return RunTop(words, conf, isatty(STDOUT_FILENO) != 0, printer);
  if (tool == "fs" && !words.empty() && words[0] == "top") {
    return RunTool("top", Words(words.begin() + 1, words.end()), conf, printer);
  }
  if (tool == "fs") return RunFs(words, conf, printer);
  if (tool == "job") return RunJob(words, conf, printer);
  if (tool == "fsadmin") return RunFsAdmin(words, conf, printer);
  if (tool == "getConf") return RunGetConf(words, conf, printer);
  if (tool.rfind("format", 0) == 0 && !ToolHelp(tool).empty()) {
    return RunFormat(tool, words, conf, printer);
  }
  if (tool == "collectInfo") return RunCollectInfo(words, conf, printer);
  if (tool == "validateEnv") {
    std::unique_ptr<ufs::UfsFactory> stores = ufs::AllAdapters::Create(conf);
    return RunValidateEnv(words, EnvChecks(), {&conf, stores.get()}, printer);
  }
  if (tool == "logLevel") return RunLogLevel(words, conf, printer);
  if (tool == "runTest") return RunTestsOnCluster(OneTest(words), conf, printer);
  if (tool == "runTests") return RunTestsOnCluster(words, conf, printer);
  if (tool == "readJournal") {
    return RunReadJournal(words, conf, *ufs::AllAdapters::Create(conf), printer);
  }
  if (tool == "runUfsTests") {
    return RunUfsTests(words, conf.GetString("alluxio.master.mount.table.root.ufs"),
                       *ufs::AllAdapters::Create(conf), printer);
  }
  if (tool == "runUfsIOTest") {
    return RunUfsIo(words, *ufs::AllAdapters::Create(conf), Clock::Real(), printer);
  }
  return RefuseTool(tool, printer);
}

int Main(int argc, char** argv) {
  // A reader that goes away ("| head") must not end the process in the middle of a write.
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  SetLogLevel(LogLevel::kWarn);
  Printer printer(std::cout, std::cerr, isatty(STDERR_FILENO) != 0);
  Words words = conf::OtherArguments(argc, argv);
  if (words.empty()) {
    printer.Print("{}", ToolUsage());
    return 1;
  }
  std::string tool = words.front();
  words.erase(words.begin());
  if (tool == "--help" || tool == "help") {
    printer.Print("{}", ToolUsage());
    return kExitOk;
  }
  if (std::string help = ToolHelp(tool); !words.empty() && words[0] == "--help" && !help.empty()) {
    printer.Print("{}", help);
    return kExitOk;
  }
  if (tool == "version") return RunVersion(words, printer);
  if (tool == "completion") return RunCompletion(words, printer);
  Result<Configuration> conf =
      Configuration::Load(conf::LoadOptions::OfProcess(conf::Role::kClient, argc, argv));
  if (tool == "validateConf") {
    return RunValidateConf(conf, {master::CheckSupported, CheckMasterSettings, CheckWorkerSettings},
                           printer);
  }
  if (!conf.ok()) return Fail(conf.status(), printer);
  return RunTool(tool, words, *conf, printer);
}

}  // namespace
}  // namespace alluxio::cli

int main(int argc, char** argv) {
  int code = alluxio::cli::Main(argc, argv);
  std::cout.flush();
  return code & 0xff;
}
