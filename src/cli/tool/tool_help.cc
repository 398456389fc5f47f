#include "cli/tool/tool_help.h"

#include <vector>

#include "cli/command.h"
#include "cli/help_text.h"

namespace alluxio::cli {
namespace {

struct Tool {
  const char* name;
  const char* usage;
  const char* description;
  std::vector<std::string> examples;
};

constexpr char kFormatsMaster[] =
    "Formats this host's master journal, alluxio.master.journal.folder: an empty namespace "
    "afterwards. What is in the under store stays. Refused while a master uses the journal.";
constexpr char kFormatsWorker[] =
    "Deletes the blocks in this host's worker folders, alluxio.worker.tieredstore.*.";

// Sorted by name.
const std::vector<Tool>& Tools() {
  static const std::vector<Tool> tools = {
      {"format", "format", "Formats this host's master journal and worker folders.",
       {"alluxio format"}},
      {"formatJournal", "formatJournal", kFormatsMaster, {"alluxio formatJournal"}},
      {"formatMaster", "formatMaster", kFormatsMaster, {"alluxio formatMasters"}},
      {"formatMasters", "formatMasters", kFormatsMaster, {"alluxio formatMasters"}},
      {"formatWorker", "formatWorker", kFormatsWorker, {"alluxio formatWorker"}},
      {"formatWorkers", "formatWorkers", kFormatsWorker, {"alluxio formatWorker"}},
      {"getConf", "getConf [--unit <arg>] [--source] [--master] [key]",
       "Prints the configured value of a key, or all of them; with --master those of the cluster, "
       "with --source where each comes from.",
       {"alluxio getConf alluxio.master.rpc.port",
        "alluxio getConf --unit MB alluxio.user.block.size.bytes.default",
        "alluxio getConf --master --source"}},
      {"readJournal",
       "readJournal [-help] [-master <arg>] [-start <arg>] [-end <arg>] [-inputDir <arg>] "
       "[-outputDir <arg>]",
       "Reads a journal folder and writes it as text.",
       {"alluxio readJournal", "alluxio readJournal -start 1000 -outputDir /tmp/journal"}},
      {"runTests",
       "runTests [--directory <path>] [--operation <arg>] [--readType <arg>] [--writeType <arg>]",
       "Writes and reads test files on the running cluster, with every operation, read type and "
       "write type that is not fixed by an option.",
       {"alluxio runTests", "alluxio runTests --readType CACHE --writeType THROUGH"}},
      {"runUfsIOTest", "runUfsIOTest --path <uri> [--io-size <arg>] [--threads <arg>]",
       "Measures how fast an under store is from this host.",
       {"alluxio runUfsIOTest --path hdfs://namenode:9000/tmp"}},
      {"runUfsTests", "runUfsTests [--path <uri>] [--test <arg>]",
       "Tries an under store before it is mounted; says of each operation whether it works.",
       {"alluxio runUfsTests --path s3://bucket/folder"}},
      {"validateConf", "validateConf", "Says whether servers would start with this configuration.",
       {"alluxio validateConf"}},
      {"version", "version [-r]", "Prints the version; with -r its revision.",
       {"alluxio version"}}};
  return tools;
}

}  // namespace

std::string ToolHelp(std::string_view name) {
  for (const Tool& tool : Tools()) {
    if (tool.name != name) continue;
    Command command;
    command.name = tool.name;
    command.usage = tool.usage;
    command.description = tool.description;
    command.examples = tool.examples;
    return HelpWithExamples(command);
  }
  return "";
}

}  // namespace alluxio::cli
