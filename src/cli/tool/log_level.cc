#include "cli/tool/log_level.h"

#include <fmt/format.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <array>
#include <utility>

#include "cli/command.h"
#include "cli/help_text.h"
#include "cli/units.h"
#include "http/ask.h"
#include "stub/block_master_client.h"
#include "stub/meta_master_client.h"
#include "stub/primary_locator.h"

namespace alluxio::cli {
namespace {

struct RolePort {
  const char* role;
  const char* property;
};
constexpr std::array<RolePort, 4> kRoles = {{{"master", "alluxio.master.web.port"},
                                             {"worker", "alluxio.worker.web.port"},
                                             {"job_master", "alluxio.job.master.web.port"},
                                             {"job_worker", "alluxio.job.worker.web.port"}}};

Status Unrecognized(const std::string& target) {
  return InvalidArgument("Unrecognized target argument: " + target +
                         ". Please pass the targets in the form of <host>:<port>, with comma as "
                         "the separator.");
}

Result<std::shared_ptr<stub::MasterConnection>> Connect(const conf::Configuration& conf) {
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::FromConf(conf));
  return std::make_shared<stub::MasterConnection>(std::move(locator), options);
}

// The primary. Where none serves, the master that is configured: its level may be what shows why.
LogTarget Master(const conf::Configuration& conf, const char* role, const char* port) {
  LogTarget target{conf.GetString("alluxio.master.hostname"), conf.GetInt(port), role};
  if (auto locator = stub::PrimaryLocator::FromConf(conf); locator.ok()) {
    if (auto primary = (*locator)->Primary(); primary.ok()) target.host = primary->host;
  }
  return target;
}

Status AddWorkers(const conf::Configuration& conf, const char* role, bool job,
                  std::vector<LogTarget>* targets) {
  ASSIGN_OR_RETURN(std::shared_ptr<stub::MasterConnection> connection, Connect(conf));
  stub::BlockMasterClient blocks(connection);
  ASSIGN_OR_RETURN(std::vector<WorkerInfo> workers, blocks.GetWorkerList());
  // A job worker is looked for beside every worker, where the scripts start them.
  for (const WorkerInfo& worker : workers) {
    int port = job ? conf.GetInt("alluxio.job.worker.web.port") : worker.address.web_port;
    targets->push_back({worker.address.host, port, role});
  }
  return OkStatus();
}

Status AddTarget(const std::string& name, const conf::Configuration& conf, Printer& printer,
                 std::vector<LogTarget>* targets) {
  if (name == "master") {
    targets->push_back(Master(conf, "master", "alluxio.master.web.port"));
  } else if (name == "job_master") {
    targets->push_back(Master(conf, "job_master", "alluxio.job.master.web.port"));
  } else if (name == "workers") {
    return AddWorkers(conf, "worker", false, targets);
  } else if (name == "job_workers") {
    return AddWorkers(conf, "job_worker", true, targets);
  } else {
    ASSIGN_OR_RETURN(LogTarget target, ParseLogTarget(name, conf));
    printer.Line("Role inferred from port: {}", target.Name());
    targets->push_back(std::move(target));
  }
  return OkStatus();
}

Result<std::vector<LogTarget>> Targets(const ParsedArgs& args, const conf::Configuration& conf,
                                       Printer& printer) {
  std::vector<LogTarget> targets;
  if (!args.Has("target")) {
    for (const char* name : {"master", "job_master", "workers", "job_workers"}) {
      RETURN_IF_ERROR(AddTarget(name, conf, printer, &targets));
    }
    for (LogTarget& target : targets) target.default_target = target.role.starts_with("job_");
    return targets;
  }
  const std::string list = args.Value("target");
  if (list.find_first_not_of(" \t") == std::string::npos) {
    return InvalidArgument("Option target can not be blank.");
  }
  for (size_t begin = 0; begin <= list.size();) {
    size_t end = std::min(list.find(',', begin), list.size());
    RETURN_IF_ERROR(AddTarget(list.substr(begin, end - begin), conf, printer, &targets));
    begin = end + 1;
  }
  return targets;
}

Result<std::string> AskOne(const LogTarget& target, const std::string& name,
                           const std::string& level) {
  http::Question question;
  question.host = target.host;
  question.port = target.web_port;
  question.method = "POST";
  question.target = fmt::format("/api/v1/{}/logLevel?logName={}", target.role,
                                http::QueryValue(name));
  if (!level.empty()) question.target += "&level=" + http::QueryValue(level);
  ASSIGN_OR_RETURN(http::Answer answer, http::Ask(question));
  if (answer.status != 200) {
    return FailedPrecondition(fmt::format("{}: HTTP status {}: {}", target.Name(), answer.status,
                                          answer.body.substr(0, 1000)));
  }
  return LogInfoText(answer.body);
}

int Failure(const Status& status, Printer& printer) {
  printer.ErrorLine("Failed to set log level:");
  printer.ErrorLine("{}", status.message());
  return 1;
}

}  // namespace

std::string LogTarget::Name() const { return fmt::format("{}:{}[{}]", host, web_port, role); }

std::vector<Option> LogLevelOptions() {
  return {{"", "logName",
           "The logger's name(e.g. alluxio.master.file.DefaultFileSystemMaster) you want to get or "
           "set level.", true, "arg", true},
          {"", "target",
           "<master|workers|job_master|job_workers|host:webPort[:role]>. A list of targets "
           "separated by , can be specified. Default target is master, job master, all workers and "
           "all job workers.", true},
          {"", "level", "The log level to be set.", true}};
}

Result<LogTarget> ParseLogTarget(const std::string& text, const conf::Configuration& conf) {
  size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0) return Unrecognized(text);
  size_t second = text.find(':', colon + 1);
  Result<int> port = ParseNumber(std::string_view(text).substr(
      colon + 1, second == std::string::npos ? std::string::npos : second - colon - 1));
  if (!port.ok()) return Unrecognized(text);
  LogTarget target{text.substr(0, colon), *port, ""};
  std::string wanted = second == std::string::npos ? "" : text.substr(second + 1);
  std::string ports;
  for (const RolePort& known : kRoles) {
    ports += (ports.empty() ? "" : ", ") + std::string(known.property);
    if (wanted.empty() ? conf.GetInt(known.property) == *port : wanted == known.role) {
      target.role = known.role;
      return target;
    }
  }
  if (!wanted.empty()) return Unrecognized(text);
  return InvalidArgument(fmt::format(
      "Unrecognized port in {}. Please make sure the port is in [{}], or say what runs there: "
      "{}:master, {}:worker, ...", *port, ports, text, text));
}

Result<std::string> LogInfoText(const std::string& json) {
  google::protobuf::Struct fields;
  auto parsed = google::protobuf::util::JsonStringToMessage(json, &fields);
  if (!parsed.ok()) return DataLoss("not what a server of Alluxio answers: " + json.substr(0, 200));
  auto text = [&](const char* name) {
    auto field = fields.fields().find(name);
    return field == fields.fields().end() ? "" : field->second.string_value();
  };
  return fmt::format("LogInfo{{{}, {}, {}}}", text("level"), text("logName"), text("message"));
}

int RunLogLevel(const std::vector<std::string>& words, conf::Configuration& conf,
                Printer& printer) {
  Result<ParsedArgs> args = ParseOptions(LogLevelOptions(), words);
  if (!args.ok()) {
    printer.ErrorLine("Unable to parse input args: {}", args.status().message());
    Command help;
    help.name = "logLevel";
    help.usage = "logLevel [--level <arg>] --logName <arg> [--target <arg>]";
    help.description = "Tells or changes how much running servers log.";
    help.options = LogLevelOptions();
    printer.Print("{}", HelpText(help));
    return 1;
  }
  // A person waits: give up on a master that is down after seconds, not minutes.
  if (!conf.IsSetByUser("alluxio.user.rpc.retry.max.duration")) {
    Status set = conf.Set("alluxio.user.rpc.retry.max.duration", "5s");
    if (!set.ok()) return Failure(set, printer);
  }
  Result<std::vector<LogTarget>> targets = Targets(*args, conf, printer);
  if (!targets.ok()) return Failure(targets.status(), printer);
  int code = 0;
  // One that does not answer does not keep the others from being asked.
  for (const LogTarget& target : *targets) {
    Result<std::string> said = AskOne(target, args->Value("logName"), args->Value("level"));
    if (said.ok()) {
      printer.Line("{}{}", target.Name(), *said);
    } else if (target.default_target && said.status().Is(StatusCode::kUnavailable)) {
      printer.ErrorLine("{} does not run and is left out", target.Name());
    } else {
      code = Failure(said.status(), printer);
    }
  }
  return code;
}

}  // namespace alluxio::cli
