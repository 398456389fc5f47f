#include <fmt/core.h>

#include "cli/fs/commands.h"
#include "cli/fs/job_command.h"
#include "cli/fs/path_arg.h"
#include "cli/units.h"
#include "job/plan/command.h"

namespace alluxio::cli {
namespace {

constexpr char kUsage[] =
    "distributedLoad [--replication <num>] [--active-jobs <num>] [--batch-size <num>] "
    "[--host-file <hostFilePath>] [--excluded-hosts <host1>,<host2>,...,<hostN>] "
    "[--excluded-host-file <hostFilePath>] [--locality <locality1>,<locality2>,...,<localityN>] "
    "[--locality-file <localityFilePath>] "
    "[--excluded-locality <locality1>,<locality2>,...,<localityN>] "
    "[--excluded-locality-file <localityFilePath>] [--passive-cache] [--direct-cache] [--index] "
    "[--hosts <host1>,<host2>,...,<hostN>] <path>";
constexpr char kSelected[] =
    " When host and locality options are not set, all hosts will be selected unless explicitly "
    "excluded by setting excluded option('excluded-hosts', 'excluded-host-file', "
    "'excluded-locality' and 'excluded-locality-file').";

std::string Chosen(const char* what, const char* one, const char* two) {
  return fmt::format("{}{} Only one of the '{}' and '{}' should be set, and it should not be set "
                     "with excluded option together.", what, kSelected, one, two);
}

std::string Excluded(const char* what, const char* one, const char* two) {
  return fmt::format("{} Only one of the '{}' and '{}' should be set, and it should not be set "
                     "with 'hosts', 'host-file', 'locality' and 'locality-file' together.",
                     what, one, two);
}

std::vector<Option> Options() {
  return {{"", "replication", "Number of block replicas of each loaded file, default: 1", true,
           "replicas"},
          {"", "active-jobs",
           "Number of active jobs that can run at the same time. Later jobs must wait. The default "
           "upper limit is 3000", true, "active job count"},
          {"", "hosts", Chosen("A list of worker hosts separated by comma.", "hosts", "host-file"),
           true, "hosts"},
          {"", "host-file",
           Chosen("Host File contains worker hosts, each line has a worker host.", "hosts",
                  "host-file"), true, "host-file"},
          {"", "excluded-hosts",
           Excluded("A list of excluded worker hosts separated by comma.", "excluded-hosts",
                    "excluded-host-file"), true, "excluded-hosts"},
          {"", "excluded-host-file",
           Excluded("Host File contains excluded worker hosts, each line has a worker host.",
                    "excluded-hosts", "excluded-host-file"), true, "excluded-host-file"},
          {"", "locality",
           Chosen("A list of worker locality separated by comma.", "locality", "locality-file"),
           true, "locality"},
          {"", "locality-file",
           Chosen("Locality File contains worker localities, each line has a worker locality.",
                  "locality", "locality-file"), true, "locality-file"},
          {"", "excluded-locality",
           Excluded("A list of excluded worker locality separated by comma.", "excluded-locality",
                    "excluded-locality-file"), true, "excluded-locality"},
          {"", "excluded-locality-file",
           Excluded("Locality File contains excluded worker localities, each line has a worker "
                    "locality.", "excluded-locality", "excluded-locality-file"), true,
           "excluded-locality-file"},
          {"", "passive-cache", "Accepted for Alluxio 2.9's sake: blocks are always cached by the "
                                "worker that is to hold them."},
          {"", "direct-cache", "Accepted for Alluxio 2.9's sake, as passive-cache."},
          {"", "batch-size", "Number of files per request", true, "batch-size"},
          {"", "async",
           "Use async to submit the command asynchronously and not wait for command to finish"},
          {"", "index", "Name of the index file that lists all files to be loaded"}};
}

void AddName(std::string name, std::vector<std::string>* names) {
  const size_t begin = name.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return;
  name = name.substr(begin, name.find_last_not_of(" \t\r") - begin + 1);
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  names->push_back(std::move(name));
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

Result<std::vector<std::string>> LinesOf(const FsContext& context, const std::string& path) {
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, context.local->OpenForRead(path));
  ASSIGN_OR_RETURN(int64_t length, file->Length());
  std::string text(static_cast<size_t>(length), '\0');
  ASSIGN_OR_RETURN(size_t read, file->ReadAt(0, text));
  text.resize(read);
  return Split(text, '\n');
}

// The names of --<option>-file, or of --<option>s.
Result<std::vector<std::string>> NamesOf(const FsContext& context, const ParsedArgs& args,
                                         const char* file, const char* list) {
  std::vector<std::string> given;
  if (args.Has(file)) {
    ASSIGN_OR_RETURN(given, LinesOf(context, args.Value(file)));
  } else if (args.Has(list)) {
    given = Split(args.Value(list), ',');
  }
  std::vector<std::string> names;
  for (std::string& name : given) AddName(std::move(name), &names);
  return names;
}

Result<job::LoadCommand> Parse(const FsContext& context, const ParsedArgs& args) {
  job::LoadCommand load;
  load.batch_size = context.batch_size;
  if (args.Has("replication")) {
    ASSIGN_OR_RETURN(load.replication, ParseNumber(args.Value("replication")));
  }
  if (args.Has("batch-size")) {
    ASSIGN_OR_RETURN(load.batch_size, ParseNumber(args.Value("batch-size")));
  }
  if (args.Has("active-jobs")) RETURN_IF_ERROR(ParseNumber(args.Value("active-jobs")).status());
  ASSIGN_OR_RETURN(load.hosts, NamesOf(context, args, "host-file", "hosts"));
  ASSIGN_OR_RETURN(load.excluded_hosts,
                   NamesOf(context, args, "excluded-host-file", "excluded-hosts"));
  ASSIGN_OR_RETURN(load.localities, NamesOf(context, args, "locality-file", "locality"));
  ASSIGN_OR_RETURN(load.excluded_localities,
                   NamesOf(context, args, "excluded-locality-file", "excluded-locality"));
  load.direct_cache = args.Has("direct-cache") && !args.Has("passive-cache");
  return load;
}

// One path; false when not every file was loaded.
Result<bool> LoadPath(const FsContext& context, job::LoadCommand load, const std::string& text,
                      bool async, Printer& printer, std::set<std::string>* failed) {
  ASSIGN_OR_RETURN(PathArg path, ParsePathArg(text));
  ASSIGN_OR_RETURN(stub::JobMasterClient * jobs, JobsOf(context));
  load.path = path.path;
  ASSIGN_OR_RETURN(int64_t id, jobs->Submit(job::WriteCommand(load)));
  if (async) {
    printer.Line("Submitted distLoad job successfully, jobControlId = {}", id);
    return true;
  }
  printer.Line("Submitted successfully, jobControlId = {}\nWaiting for the command to finish ...",
               id);
  printer.out().flush();
  ASSIGN_OR_RETURN(JobCommandResult result, AwaitJobCommand(context, id, printer));
  failed->insert(result.failed.begin(), result.failed.end());
  return result.completed;
}

Result<int> Run(const FsContext& context, const ParsedArgs& args, Printer& printer) {
  const bool async = args.Has("async");
  if (async) printer.Line("Entering async submission mode. ");
  ASSIGN_OR_RETURN(job::LoadCommand load, Parse(context, args));
  printer.Line("Please wait for command submission to finish..");
  std::vector<std::string> paths = {args.arg(0)};
  if (args.Has("index")) {
    ASSIGN_OR_RETURN(paths, LinesOf(context, args.arg(0)));
  }
  std::set<std::string> failed;
  bool completed = true;
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    ASSIGN_OR_RETURN(bool all, LoadPath(context, load, path, async, printer, &failed));
    completed = completed && all;
  }
  ShowFailures(context, "distributedLoad", args.arg(0), failed, printer);
  return completed ? kExitOk : kExitFailure;
}

}  // namespace

Command DistributedLoadCommand(FsContext& context) {
  Command command;
  command.name = "distributedLoad";
  command.usage = kUsage;
  command.description = "Loads a file or all files in a directory into Alluxio space.";
  command.options = Options();
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) {
    return Run(context, args, printer);
  };
  return command;
}

}  // namespace alluxio::cli
