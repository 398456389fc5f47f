// LoadOptions: everything Configuration::Load looks at, so that tests can supply all of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "env/disk.h"

namespace alluxio::conf {

// The process that loads; decides which ALLUXIO_<ROLE>_JAVA_OPTS are read.
enum class Role { kMaster, kWorker, kClient, kJobMaster, kJobWorker };

// What the machine says about itself, for computed defaults and ${user.home}.
struct HostFacts {
  int cpus = 1;
  int64_t memory_bytes = 0;  // 0 when unknown
  std::string hostname;      // as other machines resolve it
  std::string user_name;
  std::string user_home;
  std::string working_folder;

  static HostFacts OfThisMachine();
};

struct LoadOptions {
  Role role = Role::kClient;
  std::vector<std::string> arguments;              // -Dkey=value among them; others are ignored
  std::map<std::string, std::string> environment;  // ALLUXIO_*
  HostFacts host;
  Disk* disk = nullptr;         // not owned, outlives Load; null stands for Disk::Real()
  bool read_site_file = true;

  // The options of a process: its arguments without argv[0], its environment, its machine.
  static LoadOptions OfProcess(Role role, int argc, const char* const* argv);
};

// The arguments without those that Load reads (-Dkey=value), in order and without argv[0].
std::vector<std::string> OtherArguments(int argc, const char* const* argv);

}  // namespace alluxio::conf
