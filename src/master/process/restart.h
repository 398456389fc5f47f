// RestartProcess: the process begins again, with the same id, arguments and environment, and
// nothing of what it had in memory or open.
#pragma once

#include "base/status.h"

namespace alluxio::master {

// Replaces the image of this process by a fresh one of its program. Returns only when that fails.
// `argv` as main() got it. Locks on files and children stay whose they are.
Status RestartProcess(char** argv);

}  // namespace alluxio::master
