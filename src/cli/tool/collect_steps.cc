#include "cli/tool/collect_steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "env/run_program.h"
#include "http/ask.h"
#include "stub/block_master_client.h"
#include "stub/primary_locator.h"

namespace alluxio::cli {
namespace {

constexpr std::string_view kKeyFiles[] = {".pem", ".key",    ".jks",   ".keystore", ".p12",
                                          ".pfx", ".keytab", ".jceks", ".ticket",   ".crt"};
constexpr int64_t kMaxConfigFile = 1024 * 1024;
constexpr int64_t kPiece = 256 * 1024;
constexpr size_t kHead = 16 * 1024;  // of a log, where a line with a time is looked for

Result<std::string> ReadUpTo(Disk& disk, const std::string& path, int64_t limit) {
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, disk.OpenForRead(path));
  std::string text(static_cast<size_t>(limit), '\0');
  ASSIGN_OR_RETURN(size_t got, file->ReadAt(0, text));
  text.resize(got);
  return text;
}

// Why a file of the conf folder is not taken; empty for one that is.
std::string LeftOut(const std::string& name, const FileStat& stat, const std::string& text) {
  for (std::string_view ending : kKeyFiles) {
    if (name.ends_with(ending)) return "it may hold keys";
  }
  if (stat.length > kMaxConfigFile) return "it is too big";
  if (text.find('\0') != std::string::npos) return "it is no text";
  return "";
}

std::string Asked(const std::string& host, int port, const std::string& target) {
  http::Question question;
  question.host = host;
  question.port = port;
  question.target = target;
  Result<http::Answer> answer = http::Ask(question);
  if (!answer.ok()) return answer.status().message() + "\n";
  return answer->body;
}

Result<std::vector<WorkerInfo>> Workers(const conf::Configuration& conf) {
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::FromConf(conf));
  stub::BlockMasterClient blocks(std::make_shared<stub::MasterConnection>(locator, options));
  return blocks.GetWorkerList();
}

// Whether a log begins after the time that is asked for, by the first of its lines with a time.
Result<bool> BeginsLater(const LogChoice& choice, ReadableFile& file) {
  if (!choice.until_ms) return false;
  std::string head(kHead, '\0');
  ASSIGN_OR_RETURN(size_t got, file.ReadAt(0, head));
  std::string_view left = std::string_view(head).substr(0, got);
  while (!left.empty()) {
    if (std::optional<int64_t> time = TimeAtStart(left)) return *time > *choice.until_ms;
    size_t end = left.find('\n');
    if (end == std::string_view::npos) break;
    left.remove_prefix(end + 1);
  }
  return false;
}

// The first `length` bytes of a log, line by line, without credentials.
Status FilteredFile(const std::vector<std::string>& secrets, ReadableFile& file, int64_t length,
                    const TarWriter::Emit& emit) {
  SecretFilter filter(secrets);
  std::string piece(kPiece, '\0'), line;
  auto finish = [&](const char* end) {
    Status emitted = emit(filter.Line(line) + end);
    line.clear();
    return emitted;
  };
  for (int64_t at = 0; at < length;) {
    size_t wanted = static_cast<size_t>(std::min<int64_t>(kPiece, length - at));
    ASSIGN_OR_RETURN(size_t got, file.ReadAt(at, std::span(piece.data(), wanted)));
    if (got == 0) break;
    at += static_cast<int64_t>(got);
    for (std::string_view left(piece.data(), got); !left.empty();) {
      size_t end = std::min(left.find('\n'), left.size());
      // Of a line that is cut anyway only as much is kept as shows that.
      line += left.substr(0, std::min(end, 2 * SecretFilter::kMaxLine - line.size()));
      if (end < left.size()) RETURN_IF_ERROR(finish("\n"));
      left.remove_prefix(std::min(end + 1, left.size()));
    }
  }
  return line.empty() ? OkStatus() : finish("");
}

}  // namespace

Status AddFiltered(CollectParts& parts, const std::string& name, std::string_view text) {
  return parts.tar->AddText(name, parts.clock->NowMs(),
                            SecretFilter(parts.secrets).Text(text));
}

std::string OutputOf(const std::vector<std::vector<std::string>>& commands) {
  std::string text;
  for (const std::vector<std::string>& words : commands) {
    text += fmt::format("==> {}\n", fmt::join(words, " "));
    Result<ProgramOutcome> done = RunProgram(words);
    if (!done.ok()) {
      text += done.status().message() + "\n";
    } else {
      text += done->output;
      if (!text.ends_with('\n')) text += '\n';
      if (done->exit_code != 0) text += fmt::format("(exit code {})\n", done->exit_code);
    }
    text += '\n';
  }
  return text;
}

Status CollectAlluxioInfo(CollectParts& parts) {
  std::vector<std::vector<std::string>> commands;
  for (std::vector<std::string> words : std::vector<std::vector<std::string>>{
           {"version", "-r"}, {"validateConf"}, {"getConf", "--master", "--source"},
           {"fsadmin", "report"}, {"fsadmin", "report", "capacity"},
           {"fsadmin", "report", "metrics"}, {"fsadmin", "report", "ufs"},
           {"fsadmin", "report", "jobservice"}, {"fsadmin", "doctor"},
           {"fsadmin", "pathConf", "list"}, {"fsadmin", "statelock"}, {"fs", "masterInfo"},
           {"fs", "getSyncPathList"}}) {
    words.insert(words.begin(), parts.program);
    commands.push_back(std::move(words));
  }
  return AddFiltered(parts, "collectAlluxioInfo/collectAlluxioInfo.txt", OutputOf(commands));
}

Status CollectConfig(CollectParts& parts) {
  const std::string folder = parts.conf->GetString("alluxio.conf.dir");
  RETURN_IF_ERROR(AddFiltered(parts, "collectConfig/effective.txt",
                              OutputOf({{parts.program, "getConf", "--source"}})));
  Result<std::vector<std::string>> names = parts.disk->List(folder);
  if (!names.ok()) {
    return AddFiltered(parts, "collectConfig/left_out.txt",
                       names.status().WithContext(folder).message());
  }
  std::sort(names->begin(), names->end());
  std::string left_out;
  for (const std::string& name : *names) {
    const std::string path = folder + "/" + name;
    Result<FileStat> stat = parts.disk->Stat(path);
    if (!stat.ok() || stat->is_directory) continue;
    Result<std::string> text = ReadUpTo(*parts.disk, path, kMaxConfigFile);
    std::string why = text.ok() ? LeftOut(name, *stat, *text) : text.status().message();
    if (why.empty()) {
      RETURN_IF_ERROR(AddFiltered(parts, "collectConfig/" + name, *text));
    } else {
      left_out += name + ": " + why + "\n";
    }
  }
  return left_out.empty() ? OkStatus() : AddFiltered(parts, "collectConfig/left_out.txt", left_out);
}

Status CollectEnv(CollectParts& parts) {
  const std::string home = parts.conf->GetString("alluxio.home");
  return AddFiltered(
      parts, "collectEnv/collectEnv.txt",
      OutputOf({{"date"}, {"uptime"}, {"hostname", "-f"}, {"hostname", "-I"}, {"uname", "-a"},
                {"cat", "/etc/os-release"}, {"lscpu"}, {"free", "-m"}, {"cat", "/proc/meminfo"},
                {"df", "-h"}, {"df", "-i"}, {"mount"}, {"bash", "-c", "ulimit -a"},
                {"sysctl", "vm", "net.core", "net.ipv4.tcp_mem", "kernel.pid_max", "fs.file-max"},
                {"ps", "-ef", "--sort=-pcpu"}, {"top", "-b", "-n", "1"}, {"vmstat", "1", "3"},
                {"iostat", "-x", "1", "2"}, {"ip", "addr"}, {"ip", "-s", "link"}, {"ss", "-s"},
                {"ss", "-tlnp"}, {"getent", "hosts", "localhost"}, {"cat", "/etc/hosts"},
                {"timedatectl"}, {"dmesg", "-T", "--level=err,warn"}, {"ls", "-al", home}}));
}

Status CollectJvmInfo(CollectParts& parts) {
  std::string text =
      "The servers here are native programs: there is no JVM, no jstack and no heap dump. This "
      "is what\nthe kernel tells of each of them instead.\n\n";
  ASSIGN_OR_RETURN(std::vector<std::string> names, parts.disk->List("/proc"));
  for (const std::string& pid : names) {
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string proc = "/proc/" + pid;
    Result<std::string> name = ReadUpTo(*parts.disk, proc + "/comm", 64);
    if (!name.ok() || (!name->starts_with("Alluxio") && !name->starts_with("alluxio-guard"))) {
      continue;
    }
    text += fmt::format("###### {} {}\n", pid, *name);
    text += OutputOf({{"cat", proc + "/status"}, {"cat", proc + "/limits"}, {"cat", proc + "/io"},
                      {"cat", proc + "/smaps_rollup"}, {"cat", proc + "/schedstat"},
                      {"ls", "-l", proc + "/fd"},
                      {"ps", "-L", "-p", pid, "-o", "tid,stat,wchan:24,psr,time,comm"},
                      {"ps", "-p", pid, "-o", "pid,ppid,user,lstart,etime,nlwp,rss,vsz,args"}});
  }
  return AddFiltered(parts, "collectJvmInfo/collectProcessInfo.txt", text);
}

Status CollectLog(CollectParts& parts) {
  const std::string folder = parts.conf->GetString("alluxio.logs.dir");
  std::vector<std::string> names;
  for (const char* below : {"", "user"}) {
    Result<std::vector<std::string>> list = parts.disk->List(folder + "/" + below);
    if (!list.ok()) continue;
    for (const std::string& name : *list) {
      names.push_back(*below == '\0' ? name : std::string(below) + "/" + name);
    }
  }
  std::sort(names.begin(), names.end());
  std::string problems = names.empty() ? folder + ": no log file\n" : "";
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name;
    Result<FileStat> stat = parts.disk->Stat(path);
    if (!parts.logs.WantsName(name) || !stat.ok() || stat->is_directory) continue;
    if (parts.logs.from_ms && stat->modified_ms < *parts.logs.from_ms) continue;
    Result<std::unique_ptr<ReadableFile>> file = parts.disk->OpenForRead(path);
    if (!file.ok()) {
      problems += file.status().message() + "\n";
      continue;
    }
    ASSIGN_OR_RETURN(bool later, BeginsLater(parts.logs, **file));
    if (later) continue;
    RETURN_IF_ERROR(parts.tar->Add(
        "collectLog/" + name, stat->modified_ms, [&](const TarWriter::Emit& emit) {
          return FilteredFile(parts.secrets, **file, stat->length, emit);
        }));
  }
  return problems.empty() ? OkStatus() : AddFiltered(parts, "collectLog/problems.txt", problems);
}

Status CollectMetrics(CollectParts& parts) {
  struct Place {
    std::string name, host;
    int port;
  };
  const conf::Configuration& conf = *parts.conf;
  const int master_port = conf.GetInt("alluxio.master.web.port");
  std::vector<Place> places;
  std::string problems;
  auto locator = stub::PrimaryLocator::FromConf(conf);
  Result<stub::MasterAddress> primary =
      locator.ok() ? (*locator)->Primary() : Result<stub::MasterAddress>(locator.status());
  if (primary.ok()) places.push_back({"primary", primary->host, master_port});
  if (!primary.ok()) problems += primary.status().message() + "\n";
  // Of this host, whatever runs here.
  places.push_back({"master", "localhost", master_port});
  places.push_back({"worker", "localhost", conf.GetInt("alluxio.worker.web.port")});
  if (parts.worker_metrics) {
    Result<std::vector<WorkerInfo>> workers = Workers(conf);
    if (!workers.ok()) {
      problems += workers.status().message() + "\n";
    } else {
      for (const WorkerInfo& worker : *workers) {
        places.push_back({"worker-" + worker.address.host + "-" +
                              std::to_string(worker.address.web_port),
                          worker.address.host, static_cast<int>(worker.address.web_port)});
      }
    }
  }
  for (const Place& place : places) {
    RETURN_IF_ERROR(AddFiltered(parts, "collectMetrics/" + place.name + ".json",
                                Asked(place.host, place.port, "/metrics/json")));
  }
  return problems.empty() ? OkStatus()
                          : AddFiltered(parts, "collectMetrics/problems.txt", problems);
}

}  // namespace alluxio::cli
