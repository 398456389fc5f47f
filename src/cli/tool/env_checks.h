// EnvChecks: what "alluxio validateEnv" looks at on a host, by 2.9's names. No state.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conf/configuration.h"
#include "ufs/ufs.h"

namespace alluxio::cli {

enum class CheckState { kOk, kWarning, kFailed, kSkipped };

struct CheckOutcome {
  CheckState state = CheckState::kOk;
  std::string said;    // what was found; empty when there is nothing to tell
  std::string advice;  // what to do about it, for a warning or failure
};

enum class CheckGroup { kCommon, kMaster, kWorker, kCluster };

// What checks look at; everything outlives them.
struct CheckParts {
  const conf::Configuration* conf = nullptr;
  ufs::UfsFactory* stores = nullptr;
};

struct EnvCheck {
  const char* name;
  const char* description;
  CheckGroup group;
  std::function<CheckOutcome(const CheckParts&)> run;
};

// In the order in which they run.
const std::vector<EnvCheck>& EnvChecks();

// "  # hosts\nann@h1 h2\n" -> "ann@h1", "h2": a file of hosts, each once.
std::vector<std::string> HostsIn(std::string_view text);
// "alluxio.x=1 (SITE_PROPERTY (...))" lines of "getConf --source", by name; defaults are left out.
std::map<std::string, std::string> ChosenValues(std::string_view text);
// The names whose values are not the same on all hosts that should agree, one line each.
std::vector<std::string> Disagreements(
    const std::map<std::string, std::map<std::string, std::string>>& values_by_host);

}  // namespace alluxio::cli
