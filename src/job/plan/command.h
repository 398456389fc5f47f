// What users ask of the job service: the configuration classes of Alluxio 2.9, as values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace alluxio::job {

// Names of hosts and localities are in upper case.
struct LoadCommand {
  std::string path;
  int32_t batch_size = 1;
  int32_t replication = 1;
  std::vector<std::string> hosts;  // with localities: empty = all that are not excluded
  std::vector<std::string> excluded_hosts;
  std::vector<std::string> localities;
  std::vector<std::string> excluded_localities;
  bool direct_cache = false;
};

struct CopyCommand {
  std::string source;
  std::string destination;
  std::string write_type;  // "CACHE_THROUGH"; "" = the default of the job worker
  bool overwrite = true;
  int32_t batch_size = 1;
};

// What Java masters, and clients of 2.9, ask for: a cached file is written to `ufs_path`, a full
// URI inside the mount. Who asked tells the master.
struct PersistCommand {
  std::string path;
  int64_t mount_id = 0;
  bool overwrite = false;
  std::string ufs_path;
};

using Command = std::variant<LoadCommand, CopyCommand, PersistCommand>;

// The bytes of Submit. NOT_FOUND for a class that nobody serves, as 2.9 has it, INVALID_ARGUMENT
// for what makes no sense.
Result<Command> ReadCommand(std::string_view java);
// Of Run: one plan for one or several single files.
Result<std::vector<Command>> ReadPlan(std::string_view java);

std::string WriteCommand(const LoadCommand& command);
std::string WriteCommand(const CopyCommand& command);
std::string WriteCommand(const PersistCommand& command);

// "Load", "Migrate", "Persist": the names of the plans that a command is made of.
std::string PlanName(const Command& command);
// As Alluxio shows it, for lists and reports.
std::string DescriptionOf(const Command& command);

}  // namespace alluxio::job
