// The steps of collectInfo, one function each. Each adds files below a folder of its name; what it
// cannot get it says in the file. An error is one of the archive.
#pragma once

#include <string>
#include <vector>

#include "cli/tool/log_choice.h"
#include "cli/tool/secret_filter.h"
#include "cli/tool/tar_writer.h"
#include "conf/configuration.h"
#include "env/clock.h"
#include "env/disk.h"

namespace alluxio::cli {

// Everything outlives the steps.
struct CollectParts {
  conf::Configuration* conf = nullptr;
  Disk* disk = nullptr;
  const Clock* clock = nullptr;
  TarWriter* tar = nullptr;
  std::vector<std::string> secrets;  // known credentials of this host's configuration
  std::string program;               // of the command line itself
  LogChoice logs;
  bool worker_metrics = true;  // of all workers, not only of this host
};

Status CollectAlluxioInfo(CollectParts& parts);
Status CollectConfig(CollectParts& parts);
Status CollectEnv(CollectParts& parts);
Status CollectJvmInfo(CollectParts& parts);
Status CollectLog(CollectParts& parts);
Status CollectMetrics(CollectParts& parts);

// A text without credentials as a file of the archive.
Status AddFiltered(CollectParts& parts, const std::string& name, std::string_view text);
// The output of commands, each below a line that names it, as one such text.
std::string OutputOf(const std::vector<std::vector<std::string>>& commands);

}  // namespace alluxio::cli
