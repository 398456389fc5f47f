#include "cli/tool/env_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/text_forms.h"
#include "conf/secret_name.h"
#include "conf/value_format.h"
#include "env/disk.h"
#include "env/run_program.h"
#include "env/tcp_stream.h"

namespace alluxio::cli {
namespace {

constexpr rlim_t kWantedLimit = 16384;  // as 2.9 wants them
constexpr long kTmpfs = 0x01021994;
constexpr long kRamfs = 0x858458f6;

CheckOutcome Ok(std::string said = "") { return {CheckState::kOk, std::move(said), ""}; }
CheckOutcome Skipped(std::string why) { return {CheckState::kSkipped, std::move(why), ""}; }
CheckOutcome Failed(std::string said, std::string advice) {
  return {CheckState::kFailed, std::move(said), std::move(advice)};
}
CheckOutcome Warning(std::string said, std::string advice) {
  return {CheckState::kWarning, std::move(said), std::move(advice)};
}

Result<std::string> Whole(const std::string& path, size_t limit) {
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, Disk::Real().OpenForRead(path));
  std::string text(limit, '\0');
  ASSIGN_OR_RETURN(size_t got, file->ReadAt(0, text));
  text.resize(got);
  return text;
}

bool Runs(const std::string& program) {
  Result<std::vector<std::string>> names = Disk::Real().List("/proc");
  if (!names.ok()) return false;
  return std::any_of(names->begin(), names->end(), [&](const std::string& pid) {
    if (pid.find_first_not_of("0123456789") != std::string::npos) return false;
    Result<std::string> comm = Whole("/proc/" + pid + "/comm", 64);
    return comm.ok() && *comm == program + "\n";
  });
}

std::function<CheckOutcome(const CheckParts&)> PortFree(const char* property,
                                                        const char* program) {
  return [property, program](const CheckParts& parts) {
    int port = parts.conf->GetInt(property);
    Status free = TryListening(port);
    if (free.ok()) return Ok();
    if (free.Is(StatusCode::kAlreadyExists) && Runs(program)) {
      return Skipped(fmt::format("{} runs on this host already", program));
    }
    return Failed(free.message(),
                  fmt::format("\"ss -tlnp | grep {}\" shows who listens there: end it, or set {}",
                              port, property));
  };
}

std::function<CheckOutcome(const CheckParts&)> NotApplicable(const char* why) {
  return [why](const CheckParts&) { return Skipped(std::string("not applicable: ") + why); };
}

std::function<CheckOutcome(const CheckParts&)> LimitOf(int resource, const char* flag) {
  return [resource, flag](const CheckParts&) {
    rlimit limit{};
    if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) {
      return Skipped("the system does not tell");
    }
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= kWantedLimit) return Ok();
    return Warning(
        fmt::format("ulimit {} is {}, at least {} are recommended", flag, limit.rlim_cur,
                    kWantedLimit),
        "raise it for this user in /etc/security/limits.conf, or with LimitNOFILE=/LimitNPROC= "
        "of the systemd unit");
  };
}

std::vector<std::string> ClusterHosts(const CheckParts& parts) {
  std::string text;
  for (const char* name : {"masters", "workers"}) {
    Result<std::string> file =
        Whole(parts.conf->GetString("alluxio.conf.dir") + "/" + name, 1 << 20);
    if (file.ok()) text += *file + "\n";
  }
  return HostsIn(text);
}

bool IsThisHost(const std::string& host) {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return host == "localhost" || host == "127.0.0.1" || host == name ||
         host.substr(0, host.find('.')) == std::string(name);
}

Result<ProgramOutcome> OnHost(const std::string& host, const std::vector<std::string>& words) {
  if (IsThisHost(host)) return RunProgram(words);
  std::vector<std::string> line = {"ssh", "-n", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5",
                                   "-o", "StrictHostKeyChecking=accept-new", "--", host};
  line.insert(line.end(), words.begin(), words.end());
  return RunProgram(line);
}

CheckOutcome SshReaches(const CheckParts& parts) {
  std::vector<std::string> problems;
  for (const std::string& host : ClusterHosts(parts)) {
    if (IsThisHost(host)) continue;
    Result<ProgramOutcome> done = OnHost(host, {"true"});
    if (!done.ok()) {
      problems.push_back(host + ": " + done.status().message());
    } else if (done->exit_code != 0) {
      problems.push_back(host + ": " + done->output.substr(0, done->output.find('\n')));
    }
  }
  if (problems.empty()) return Ok();
  return Failed(fmt::format("{}", fmt::join(problems, "\n")),
                "\"ssh HOST true\" has to work without a question: start sshd there, put this "
                "user's public key into its ~/.ssh/authorized_keys, check the name in conf/masters "
                "and conf/workers");
}

CheckOutcome UfsAccessible(const CheckParts& parts) {
  std::string uri = parts.conf->GetString("alluxio.master.mount.table.root.ufs");
  ufs::UfsOpenOptions options;
  for (auto& [name, value] : parts.conf->Below("alluxio.master.mount.table.root.option.")) {
    options.properties[name] = value;
  }
  options.call_timeout = std::chrono::seconds(20);
  const std::string shown = conf::WithoutPassword(uri);
  const std::string advice = "check alluxio.master.mount.table.root.ufs and its credentials; "
                             "\"alluxio runUfsTests --path " + shown + "\" tells more";
  Result<std::shared_ptr<ufs::Ufs>> store = parts.stores->Open(uri, options);
  if (!store.ok()) return Failed(store.status().message(), advice);
  Result<ufs::UfsListing> list = (*store)->List("", {});
  if (!list.ok()) return Failed(shown + ": " + list.status().message(), advice);
  return Ok(shown);
}

CheckOutcome UfsSuperuser(const CheckParts& parts) {
  std::string uri = parts.conf->GetString("alluxio.master.mount.table.root.ufs");
  bool local = uri.starts_with("/") || uri.starts_with("file:");
  if (!local && !uri.starts_with("hdfs:")) return Skipped("the store has no users of its own");
  if (local && ::geteuid() == 0) return Ok();
  return Warning("files that are created there cannot be given to other users",
                 local ? "run the servers as root, or live with all files belonging to this user"
                       : "add this user to dfs.permissions.superusergroup of HDFS");
}

// Where the folder is, or would be made.
std::string NearestFolder(std::string path) {
  while (path.size() > 1 && !Disk::Real().Stat(path).ok()) {
    size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    path.resize(std::max<size_t>(slash, 1));
  }
  return path;
}

CheckOutcome RamdiskMountable(const CheckParts& parts) {
  if (parts.conf->GetString("alluxio.worker.tieredstore.level0.alias") != "MEM") {
    return Skipped("no tier is in memory");
  }
  std::string path = parts.conf->GetString("alluxio.worker.tieredstore.level0.dirs.path");
  struct statfs facts {};
  if (::statfs(NearestFolder(path).c_str(), &facts) == 0 &&
      (facts.f_type == kTmpfs || facts.f_type == kRamfs)) {
    return Ok(path + " is in memory already");
  }
  if (::geteuid() == 0) return Ok();
  Result<ProgramOutcome> sudo = RunProgram({"sudo", "-n", "mount", "--version"});
  if (sudo.ok() && sudo->exit_code == 0) return Ok();
  return Failed("this user may not mount a RAM disk on " + path,
                "use a folder below /dev/shm, mount it as root (\"alluxio-mount.sh Mount\"), or "
                "let this user run mount by sudo without a password");
}

CheckOutcome StorageSpace(const CheckParts& parts) {
  int levels = parts.conf->GetInt("alluxio.worker.tieredstore.levels");
  std::vector<std::string> problems;
  for (int level = 0; level < levels; ++level) {
    const std::string prefix = fmt::format("alluxio.worker.tieredstore.level{}.dirs.", level);
    std::vector<std::string> folders = parts.conf->GetList(prefix + "path");
    std::vector<std::string> quotas = parts.conf->GetList(prefix + "quota");
    for (size_t i = 0; i < folders.size() && !quotas.empty(); ++i) {
      Result<int64_t> quota = conf::ParseBytes(quotas[std::min(i, quotas.size() - 1)]);
      Result<DiskSpace> space = Disk::Real().Space(NearestFolder(folders[i]));
      if (!quota.ok() || !space.ok()) {
        problems.push_back(folders[i] + ": " +
                           (quota.ok() ? space.status() : quota.status()).message());
      } else if (*quota > space->capacity_bytes) {
        problems.push_back(fmt::format("{}: {} are configured, the disk has {}", folders[i],
                                       SizeText(*quota), SizeText(space->capacity_bytes)));
      } else if (*quota > space->available_bytes) {
        problems.push_back(fmt::format("{}: {} are configured, {} are free now", folders[i],
                                       SizeText(*quota), SizeText(space->available_bytes)));
      }
    }
  }
  if (problems.empty()) return Ok();
  return Warning(fmt::format("{}", fmt::join(problems, "\n")),
                 "make room there, or lower alluxio.worker.tieredstore.level*.dirs.quota "
                 "(alluxio.worker.ramdisk.size)");
}

CheckOutcome ConfConsistent(const CheckParts& parts) {
  std::map<std::string, std::map<std::string, std::string>> values;
  std::vector<std::string> problems;
  const std::string program = parts.conf->GetString("alluxio.home") + "/bin/alluxio";
  for (const std::string& host : ClusterHosts(parts)) {
    Result<ProgramOutcome> done = OnHost(host, {program, "getConf", "--source"});
    if (!done.ok() || done->exit_code != 0) {
      problems.push_back(host + ": its configuration cannot be read: " +
                         (done.ok() ? done->output.substr(0, 200) : done.status().message()));
    } else {
      values[host] = ChosenValues(done->output);
    }
  }
  for (std::string& line : Disagreements(values)) problems.push_back(std::move(line));
  if (problems.empty()) return Ok();
  return Failed(fmt::format("{}", fmt::join(problems, "\n")),
                "\"alluxio copyDir conf\" gives every host this host's settings");
}

}  // namespace

std::vector<std::string> HostsIn(std::string_view text) {
  std::vector<std::string> hosts;
  std::set<std::string> seen;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    line = line.substr(0, line.find('#'));
    text.remove_prefix(std::min(end + 1, text.size()));
    while (true) {
      size_t begin = line.find_first_not_of(" \t\r");
      if (begin == std::string_view::npos) break;
      line.remove_prefix(begin);
      size_t stop = std::min(line.find_first_of(" \t\r"), line.size());
      std::string host(line.substr(0, stop));
      line.remove_prefix(stop);
      if (host[0] != '-' && seen.insert(host).second) hosts.push_back(std::move(host));
    }
  }
  return hosts;
}

std::map<std::string, std::string> ChosenValues(std::string_view text) {
  std::map<std::string, std::string> values;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    size_t sign = line.find('=');
    // "SITE_PROPERTY (<file>)" has brackets of its own.
    size_t source = line.rfind(" (SITE_PROPERTY (");
    if (source == std::string_view::npos) source = line.rfind(" (");
    if (sign == std::string_view::npos || source == std::string_view::npos || source < sign) {
      continue;
    }
    if (line.substr(source) == " (DEFAULT)") continue;
    values[std::string(line.substr(0, sign))] = line.substr(sign + 1, source - sign - 1);
  }
  return values;
}

std::vector<std::string> Disagreements(
    const std::map<std::string, std::map<std::string, std::string>>& values_by_host) {
  std::map<std::string, std::map<std::string, std::vector<std::string>>> by_name;
  std::set<std::string> names;
  for (const auto& [host, values] : values_by_host) {
    for (const auto& [name, value] : values) names.insert(name);
  }
  for (const std::string& name : names) {
    // Those are each host's own.
    if (name.ends_with(".hostname") || name.find(".bind.host") != std::string::npos ||
        name == "alluxio.conf.dir" || !name.starts_with("alluxio.") ||
        name.starts_with("alluxio.user.")) {
      continue;
    }
    for (const auto& [host, values] : values_by_host) {
      auto found = values.find(name);
      by_name[name][found == values.end() ? "no value set" : found->second].push_back(host);
    }
  }
  std::vector<std::string> lines;
  for (const auto& [name, hosts_by_value] : by_name) {
    if (hosts_by_value.size() < 2) continue;
    std::string line = name + ":";
    for (const auto& [value, hosts] : hosts_by_value) {
      line += fmt::format(" {} ({})", value, fmt::join(hosts, ", "));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

const std::vector<EnvCheck>& EnvChecks() {
  using enum CheckGroup;
  static constexpr char kJava[] =
      "it concerns Hadoop's Java client; the one here reads the options of the mount";
  static const std::vector<EnvCheck> checks = {
      {"java.native.libs", "validate java native lib paths", kCommon,
       NotApplicable("there is no JVM")},
      {"ufs.hdfs.config.correctness", "validate HDFS configuration files", kCommon,
       NotApplicable(kJava)},
      {"ufs.hdfs.config.parity", "validate HDFS-related configurations", kCommon,
       NotApplicable(kJava)},
      {"ufs.hdfs.config.proxyuser", "validate proxy user configuration in HDFS", kCommon,
       NotApplicable(kJava)},
      {"ufs.version", "validate the version of the under store's client", kCommon,
       NotApplicable("under stores are built in")},
      {"proxy.web.port.available", "validate proxy web port is available", kCommon,
       NotApplicable("there is no proxy")},
      {"ssh.nodes.reachable", "validate SSH port on all Alluxio nodes are reachable", kCommon,
       &SshReaches},
      {"ufs.path.accessible", "validate root under file system location is accessible", kCommon,
       &UfsAccessible},
      {"ufs.path.superuser",
       "validate Alluxio has super user privilege on root under file system", kCommon,
       &UfsSuperuser},
      {"ulimit.nofile", "validate ulimit for number of open files is set appropriately", kCommon,
       LimitOf(RLIMIT_NOFILE, "-n")},
      {"ulimit.nproc", "validate ulimit for number of processes is set appropriately", kCommon,
       LimitOf(RLIMIT_NPROC, "-u")},
      {"master.rpc.port.available", "validate master RPC port is available", kMaster,
       PortFree("alluxio.master.rpc.port", "AlluxioMaster")},
      {"master.web.port.available", "validate master web port is available", kMaster,
       PortFree("alluxio.master.web.port", "AlluxioMaster")},
      {"master.ufs.hdfs.security.kerberos",
       "validate kerberos security configurations for masters", kMaster, NotApplicable(kJava)},
      {"worker.rpc.port.available", "validate worker RPC port is available", kWorker,
       PortFree("alluxio.worker.rpc.port", "AlluxioWorker")},
      {"worker.web.port.available", "validate worker web port is available", kWorker,
       PortFree("alluxio.worker.web.port", "AlluxioWorker")},
      {"worker.ufs.hdfs.security.kerberos",
       "validate kerberos security configurations for workers", kWorker, NotApplicable(kJava)},
      {"worker.ramdisk.mount.privilege",
       "validate user has the correct privilege to mount ramdisk", kWorker, &RamdiskMountable},
      {"worker.storage.space", "validate tiered storage locations have enough space", kWorker,
       &StorageSpace},
      {"cluster.conf.consistent", "validate configuration consistency across the cluster",
       kCluster, &ConfConsistent}};
  return checks;
}

}  // namespace alluxio::cli
