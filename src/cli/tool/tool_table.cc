#include "cli/tool/tool_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/help_text.h"

namespace alluxio::cli {
namespace {

constexpr char kFormatsMaster[] =
    "Formats this host's master journal, alluxio.master.journal.folder: an empty namespace "
    "afterwards. What is in the under store stays. Refused while a master uses the journal.";
constexpr char kFormatsWorker[] =
    "Deletes the blocks in this host's worker folders, alluxio.worker.tieredstore.*.";

struct Tool {
  const char* name;
  const char* usage;
  const char* summary;  // one line, as "alluxio" alone lists it; "" = not listed there
  const char* description;
  const char* examples;  // whole command lines
};

// Sorted by name.
constexpr Tool kTools[] = {
    {"bootstrapConf", "bootstrapConf <masterHostname>",
     "Generate a config file if one doesn't exist",
     "Writes conf/alluxio-site.properties with the name of the master, unless the file is there.",
     "alluxio bootstrapConf master1"},
    {"clearCache", "clearCache", "Clear OS buffer cache of the machine.",
     "Makes the kernel of this host forget its cache of files; for measurements. Needs root.",
     "alluxio clearCache"},
    {"collectInfo",
     "collectInfo [--max-threads <threadNum>] [--local] [--help] [--exclude-worker-metrics] "
     "[--exclude-logs <filename-prefixes>] [--include-logs <filename-prefixes>] "
     "[--additional-logs <filename-prefixes>] [--start-time <datetime>] [--end-time <datetime>] "
     "COMMAND <outputPath>",
     "Collects information such as logs, config, metrics, and more from the running Alluxio "
     "cluster and bundle into a single tarball",
     "Collects from every host of conf/masters and conf/workers, or with --local from this one, "
     "into one tarball in <outputPath>, without credentials. COMMAND is one of: all; "
     "collectAlluxioInfo (what the cluster reports), collectConfig (conf/), collectEnv (what the "
     "system tells of this host), collectJvmInfo (there is no JVM: threads, memory and open files "
     "of the servers instead), collectLog (logs/, by name and time), collectMetrics.",
     "alluxio collectInfo all /tmp/info\n"
     "alluxio collectInfo --local --start-time 2026-11-28T10:00:00 collectLog /tmp/info"},
    {"completion", "completion <bash|zsh>", "Print a completion script for a shell.",
     "Prints a script that completes commands, sub-commands and options.",
     "alluxio completion bash > /etc/bash_completion.d/alluxio\n"
     "alluxio completion zsh > /usr/local/share/zsh/site-functions/_alluxio"},
    {"copyDir", "copyDir <path>", "Copy the PATH to all master/worker nodes.",
     "Copies a folder or file to the same place on every host of conf/masters and conf/workers.",
     "alluxio copyDir conf"},
    {"format", "format [-s]",
     "Format Alluxio master and all workers (if -s specified, only format if underfs is local "
     "and doesn't already exist)",
     "Formats this host's master journal and worker folders.", "alluxio format"},
    {"formatJournal", "formatJournal", "Format Alluxio journal locally", kFormatsMaster,
     "alluxio formatJournal"},
    {"formatMaster", "formatMaster", "", kFormatsMaster, "alluxio formatMasters"},
    {"formatMasters", "formatMasters", "Format Alluxio masters", kFormatsMaster,
     "alluxio formatMasters"},
    {"formatWorker", "formatWorker", "Format Alluxio worker storage", kFormatsWorker,
     "alluxio formatWorker"},
    {"formatWorkers", "formatWorkers", "", kFormatsWorker, "alluxio formatWorker"},
    {"fs", "fs <command>", "Command line tool for interacting with the Alluxio filesystem.",
     "", ""},
    {"fsadmin", "fsadmin <command>", "Command line tool for use by Alluxio filesystem admins.",
     "", ""},
    {"getConf", "getConf [--unit <arg>] [--source] [--master] [key]",
     "Look up a configuration key, or print all configuration.",
     "Prints the configured value of a key, or all of them; with --master those of the cluster, "
     "with --source where each comes from.",
     "alluxio getConf alluxio.master.rpc.port\n"
     "alluxio getConf --unit MB alluxio.user.block.size.bytes.default\n"
     "alluxio getConf --master --source"},
    {"job", "job <command>", "Command line tool for interacting with the job service.", "", ""},
    {"killAll", "killAll [-s] <word>", "Kill processes of this installation containing the WORD.",
     "Ends the servers of this installation whose command line has the word; -s never by force.",
     "alluxio killAll worker"},
    {"logLevel", "logLevel --logName <arg> [--target <arg>] [--level <arg>]",
     "Set or get log level of Alluxio servers.",
     "Tells or changes how much running servers log. A server has one logger: the names of 2.9's "
     "classes are accepted and mean it. Without --target all masters and workers are asked.",
     "alluxio logLevel --logName alluxio --target master --level DEBUG\n"
     "alluxio logLevel --logName alluxio --target worker1:30000:worker"},
    {"readJournal",
     "readJournal [-help] [-master <arg>] [-start <arg>] [-end <arg>] [-inputDir <arg>] "
     "[-outputDir <arg>]",
     "Read Alluxio journal entries.", "Reads a journal folder and writes it as text.",
     "alluxio readJournal\n"
     "alluxio readJournal -start 1000 -outputDir /tmp/journal"},
    {"runTest",
     "runTest [--directory <path>] [--operation <arg>] [--readType <arg>] [--writeType <arg>]",
     "Run an end-to-end test on an Alluxio cluster.",
     "Writes and reads one test file on the running cluster: BASIC, CACHE_PROMOTE, MUST_CACHE "
     "where no option says otherwise.",
     "alluxio runTest\n"
     "alluxio runTest --writeType CACHE_THROUGH"},
    {"runTests",
     "runTests [--directory <path>] [--operation <arg>] [--readType <arg>] [--writeType <arg>]",
     "Run all end-to-end tests on an Alluxio cluster.",
     "Writes and reads test files on the running cluster, with every operation, read type and "
     "write type that is not fixed by an option.",
     "alluxio runTests\n"
     "alluxio runTests --readType CACHE --writeType THROUGH"},
    {"runUfsIOTest", "runUfsIOTest --path <uri> [--io-size <arg>] [--threads <arg>]",
     "Measure the throughput of an under store from this host.",
     "Measures how fast an under store is from this host.",
     "alluxio runUfsIOTest --path hdfs://namenode:9000/tmp"},
    {"runUfsTests", "runUfsTests [--path <uri>] [--test <arg>]",
     "Test whether an under store does what a mount needs.",
     "Tries an under store before it is mounted; says of each operation whether it works.",
     "alluxio runUfsTests --path s3://bucket/folder"},
    {"top", "top [--once] [--interval <time>]",
     "Show what the cluster does right now.",
     "Shows calls a second with their times and failures, the slowest calls, throughput, hit rate "
     "and space, again and again; --once shows one second and ends. \"alluxio fs top\" is the "
     "same.",
     "alluxio top\nalluxio top --once --interval 10s"},
    {"validateConf", "validateConf", "Validate Alluxio conf and exit.",
     "Says whether servers would start with this configuration.", "alluxio validateConf"},
    {"validateEnv", "validateEnv <local|master|worker|all|masters|workers|list> [name]",
     "Validate environment for Alluxio.",
     "Looks at what the servers will need: free ports, limits of the user, ssh between the hosts, "
     "the under store, the RAM disk, space, the same settings everywhere; says of each check what "
     "was found and what to do. local runs every check on this host, master and worker those of "
     "one role, masters and workers run them on the hosts of conf/masters and conf/workers, all on "
     "both and compares their settings, list shows the checks. [name] is the beginning of checks' "
     "names.",
     "alluxio validateEnv local\nalluxio validateEnv all ulimit"},
    {"version", "version [-r]", "Print Alluxio version and exit.",
     "Prints the version; with -r its revision.", "alluxio version"},
};

struct Replacement {
  std::string_view verb;
  const char* instead;
};

// Sorted by verb. Verbs of Alluxio 1.x and 2.x that are not, or not yet, here.
constexpr Replacement kReplaced[] = {
    {"confDocGen", "every property is in docs/reference/properties.md"},
    {"docGen", "every property is in docs/reference/properties.md; metrics tell their names at "
               "/metrics/prometheus of each web port"},
    {"extensions", "under stores are built in and need no installing; they are listed in "
                   "docs/reference/under-stores.md"},
    {"loadufs", "use \"alluxio fs loadMetadata\" for names, \"alluxio fs load\" for data"},
    {"runClass", "there is no JVM here to run a class in"},
    {"runHdfsMountTests", "use \"alluxio runUfsTests --path hdfs://namenode/folder\""},
    {"runHmsTests", "it tried a catalog of Hive tables, which this product does not have"},
    {"runJournalCrashTest", "use \"make chaos\" in a source tree: faults under several masters"},
    {"runKVTest", "it went away with the key-value store in 2.0; try \"alluxio runTests\""},
    {"runMesosTest", "it went away in 2.0 together with Mesos"},
    {"runMiniBenchmark", "use \"alluxio runUfsIOTest\", or \"make bench\" in a source tree"},
    {"table", "it managed a catalog of Hive tables, which this product does not have"},
    {"tfs", "use \"alluxio fs\""},
    {"upgradeJournal", "a journal of 2.x is read as it is; let Alluxio 2.9 upgrade one of 1.x"},
    {"validateHdfs", "use \"alluxio runUfsTests --path hdfs://namenode/folder\""},
    {"validateHms", "it tried a catalog of Hive tables, which this product does not have"},
};

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

const std::vector<Command>& ToolTable() {
  static const std::vector<Command> table = [] {
    std::vector<Command> commands;
    for (const Tool& tool : kTools) {
      Command command;
      command.name = tool.name;
      command.usage = tool.usage;
      command.description = tool.description;
      command.examples = LinesOf(tool.examples);
      commands.push_back(std::move(command));
    }
    return commands;
  }();
  return table;
}

std::string ToolUsage() {
  std::string text =
      "Usage: alluxio COMMAND [GENERIC_COMMAND_OPTIONS] [COMMAND_ARGS]\n\n"
      "COMMAND is one of:\n";
  for (const Tool& tool : kTools) {
    if (*tool.summary != '\0') text += fmt::format("  {:<15}\t {}\n", tool.name, tool.summary);
  }
  return text +
         "\nGENERIC_COMMAND_OPTIONS supports:\n"
         "  -D<property=value>\t Use a value for a given Alluxio property\n\n"
         "\"alluxio COMMAND --help\" and \"alluxio fs COMMAND --help\" show options and "
         "examples.\n";
}

std::string ToolHelp(std::string_view tool) {
  for (const Command& command : ToolTable()) {
    if (command.name == tool) {
      return command.description.empty() ? "" : HelpWithExamples(command);
    }
  }
  return "";
}

std::string ReplacedBy(std::string_view tool) {
  for (const Replacement& replaced : kReplaced) {
    if (replaced.verb == tool) return replaced.instead;
  }
  return "";
}

}  // namespace alluxio::cli
