#include "job/plan/command.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "job/plan/java_object.h"

namespace alluxio::job {
namespace {

constexpr char kLoadCli[] = "alluxio.job.cmd.load.LoadCliConfig";
constexpr char kMigrateCli[] = "alluxio.job.cmd.migrate.MigrateCliConfig";
constexpr char kLoad[] = "alluxio.job.plan.load.LoadConfig";
constexpr char kMigrate[] = "alluxio.job.plan.migrate.MigrateConfig";
constexpr char kPersistCli[] = "alluxio.job.cmd.persist.PersistCmdConfig";
constexpr char kPersist[] = "alluxio.job.plan.persist.PersistConfig";
constexpr char kBatched[] = "alluxio.job.plan.BatchedJobConfig";
// serialVersionUID of 2.9.
constexpr int64_t kLoadCliSerial = -5268683490243619278;
constexpr int64_t kMigrateCliSerial = 6279399518859380714;
constexpr int64_t kPersistCliSerial = -7500991818979235916;

int32_t Count(const JavaRef& value, int32_t fallback) {
  return static_cast<int32_t>(
      std::clamp<int64_t>(NumberOf(value, fallback), INT32_MIN, INT32_MAX));
}

LoadCommand LoadOf(const JavaRef& object) {
  LoadCommand load;
  load.path = TextOf(FieldOf(object, "mFilePath"));
  load.batch_size = Count(FieldOf(object, "mBatchSize"), 1);
  load.replication = Count(FieldOf(object, "mReplication"), 1);
  load.hosts = TextsOf(FieldOf(object, "mWorkerSet"));
  load.excluded_hosts = TextsOf(FieldOf(object, "mExcludedWorkerSet"));
  load.localities = TextsOf(FieldOf(object, "mLocalityIds"));
  load.excluded_localities = TextsOf(FieldOf(object, "mExcludedLocalityIds"));
  load.direct_cache = NumberOf(FieldOf(object, "mDirectCache"), 0) != 0;
  return load;
}

CopyCommand CopyOf(const JavaRef& object) {
  CopyCommand copy;
  copy.source = TextOf(FieldOf(object, "mSource"));
  copy.destination = TextOf(FieldOf(object, "mDestination"));
  copy.write_type = TextOf(FieldOf(object, "mWriteType"));
  copy.overwrite = NumberOf(FieldOf(object, "mOverwrite"), 0) != 0;
  copy.batch_size = Count(FieldOf(object, "mBatchSize"), 1);
  return copy;
}

PersistCommand PersistOf(const JavaRef& object) {
  PersistCommand persist;
  persist.path = TextOf(FieldOf(object, "mFilePath"));
  persist.mount_id = NumberOf(FieldOf(object, "mMountId"), 0);
  persist.overwrite = NumberOf(FieldOf(object, "mOverwrite"), 0) != 0;
  persist.ufs_path = TextOf(FieldOf(object, "mUfsPath"));
  return persist;
}

Status Check(const LoadCommand& load) {
  if (load.path.empty() || load.path[0] != '/') {
    return InvalidArgument(fmt::format("load \"{}\": not an absolute path", load.path));
  }
  if (load.batch_size < 1) {
    return InvalidArgument(fmt::format("load {}: batch size {}", load.path, load.batch_size));
  }
  if (load.replication < 1) {
    return InvalidArgument(fmt::format("load {}: replication {}", load.path, load.replication));
  }
  return OkStatus();
}

bool IsBelow(const std::string& path, const std::string& folder) {
  if (folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

Status Check(const CopyCommand& copy) {
  for (const std::string& path : {copy.source, copy.destination}) {
    if (path.empty() || path[0] != '/') {
      return InvalidArgument(fmt::format("copy \"{}\": not an absolute path", path));
    }
  }
  if (copy.batch_size < 1) {
    return InvalidArgument(fmt::format("copy {}: batch size {}", copy.source, copy.batch_size));
  }
  if (IsBelow(copy.destination, copy.source)) {
    return InvalidArgument(fmt::format("Cannot migrate because {} is a prefix of {}", copy.source,
                                       copy.destination));
  }
  return OkStatus();
}

Status Check(const PersistCommand& persist) {
  if (persist.path.empty() || persist.path[0] != '/') {
    return InvalidArgument(fmt::format("persist \"{}\": not an absolute path", persist.path));
  }
  if (persist.ufs_path.empty()) {
    return InvalidArgument(fmt::format("persist {}: no path of an under store", persist.path));
  }
  return OkStatus();
}

Result<Command> Checked(Command command) {
  RETURN_IF_ERROR(std::visit([](const auto& some) { return Check(some); }, command));
  return command;
}

// Plans of 2.9 that nothing here can run, and what to do instead.
std::string WayOut(std::string_view name) {
  if (name == "alluxio.stress.job.StressBenchConfig") {
    return ": benchmarks of a whole cluster (--cluster) are Java classes that Java job workers "
           "run. Run the benchmark without --cluster, on each host of its own";
  }
  if (name == "alluxio.job.plan.transform.CompactConfig") {
    return ": tables are transformed by the table catalog, which is not part of this Alluxio. "
           "Compute engines write tables to the path itself";
  }
  if (name == "alluxio.job.workflow.composite.CompositeConfig") {
    return ": send its plans one by one";
  }
  return "";
}

Status Unknown(const JavaRef& object) {
  const std::string name = object == nullptr ? "null" : object->class_name;
  return NotFound(
      fmt::format("The job definition for config {} does not exist{}", name, WayOut(name)));
}

// A number that a map of a batch holds, as a number or as text.
int64_t NumberIn(const std::map<std::string, JavaRef>& map, const std::string& key,
                 int64_t fallback) {
  auto found = map.find(key);
  if (found == map.end() || found->second == nullptr) return fallback;
  if (found->second->kind != JavaObject::Kind::kString) return NumberOf(found->second, fallback);
  const std::string& text = found->second->text;
  if (text == "true") return 1;
  int64_t value = fallback;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<std::vector<Command>> BatchOf(const JavaRef& object) {
  const std::string type = TextOf(FieldOf(object, "mJobType"));
  std::vector<Command> commands;
  const JavaRef configs = FieldOf(object, "mJobConfigs");
  if (configs == nullptr) return InvalidArgument("a batch without plans");
  for (const JavaRef& config : configs->elements) {
    std::map<std::string, JavaRef> map = PairsOf(config);
    Command command;
    if (type == "Load") {
      LoadCommand load;
      load.path = TextOf(map["filePath"]);
      load.replication = static_cast<int32_t>(NumberIn(map, "replication", 1));
      load.hosts = TextsOf(map["workerSet"]);
      load.excluded_hosts = TextsOf(map["excludedWorkerSet"]);
      load.localities = TextsOf(map["localityIds"]);
      load.excluded_localities = TextsOf(map["excludedLocalityIds"]);
      command = std::move(load);
    } else if (type == "Migrate") {
      CopyCommand copy;
      copy.source = TextOf(map["source"]);
      copy.destination = TextOf(map["destination"]);
      copy.write_type = TextOf(map["writeType"]);
      copy.overwrite = NumberIn(map, "overwrite", 0) != 0;
      command = std::move(copy);
    } else {
      return NotFound(fmt::format("The job definition for config {} does not exist", type));
    }
    ASSIGN_OR_RETURN(command, Checked(std::move(command)));
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace

Result<Command> ReadCommand(std::string_view java) {
  ASSIGN_OR_RETURN(JavaRef object, ReadJavaObject(java));
  const std::string name = object == nullptr ? "" : object->class_name;
  if (name == kLoadCli) return Checked(LoadOf(object));
  if (name == kMigrateCli) return Checked(CopyOf(object));
  if (name == kPersistCli) return Checked(PersistOf(object));
  return Unknown(object);
}

Result<std::vector<Command>> ReadPlan(std::string_view java) {
  ASSIGN_OR_RETURN(JavaRef object, ReadJavaObject(java));
  const std::string name = object == nullptr ? "" : object->class_name;
  if (name == kBatched) return BatchOf(object);
  Command command;
  if (name == kLoad) {
    command = LoadOf(object);
  } else if (name == kMigrate) {
    command = CopyOf(object);
  } else if (name == kPersist) {
    command = PersistOf(object);
  } else {
    return Unknown(object);
  }
  ASSIGN_OR_RETURN(command, Checked(std::move(command)));
  return std::vector<Command>{std::move(command)};
}

std::string WriteCommand(const LoadCommand& command) {
  JavaObjectWriter writer(kLoadCli, kLoadCliSerial);
  writer.Int("mBatchSize", command.batch_size);
  writer.Bool("mDirectCache", command.direct_cache);
  writer.Int("mReplication", command.replication);
  writer.TextSet("mExcludedLocalityIds", command.excluded_localities);
  writer.TextSet("mExcludedWorkerSet", command.excluded_hosts);
  writer.Text("mFilePath", command.path);
  writer.TextSet("mLocalityIds", command.localities);
  writer.TextSet("mWorkerSet", command.hosts);
  return writer.Finish();
}

std::string WriteCommand(const CopyCommand& command) {
  JavaObjectWriter writer(kMigrateCli, kMigrateCliSerial);
  writer.Int("mBatchSize", command.batch_size);
  writer.Bool("mOverwrite", command.overwrite);
  writer.Text("mDestination", command.destination);
  writer.Text("mSource", command.source);
  writer.Enum("mWriteType", "alluxio.client.WriteType", command.write_type);
  return writer.Finish();
}

std::string WriteCommand(const PersistCommand& command) {
  JavaObjectWriter writer(kPersistCli, kPersistCliSerial);
  writer.Long("mMountId", command.mount_id);
  writer.Bool("mOverwrite", command.overwrite);
  writer.Text("mFilePath", command.path);
  writer.Text("mUfsPath", command.ufs_path);
  return writer.Finish();
}

std::string PlanName(const Command& command) {
  if (std::holds_alternative<PersistCommand>(command)) return "Persist";
  return std::holds_alternative<LoadCommand>(command) ? "Load" : "Migrate";
}

std::string DescriptionOf(const Command& command) {
  if (const auto* load = std::get_if<LoadCommand>(&command)) {
    return fmt::format("LoadConfig{{FilePath={}, Replication={}}}", load->path, load->replication);
  }
  if (const auto* persist = std::get_if<PersistCommand>(&command)) {
    return fmt::format("PersistConfig{{filePath={}, mountId={}, overwrite={}, ufsPath={}}}",
                       persist->path, persist->mount_id, persist->overwrite, persist->ufs_path);
  }
  const auto& copy = std::get<CopyCommand>(command);
  return fmt::format("MigrateConfig{{Source={}, Destination={}, WriteType={}, Overwrite={}}}",
                     copy.source, copy.destination, copy.write_type, copy.overwrite);
}

}  // namespace alluxio::job
