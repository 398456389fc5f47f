// PauseFor: lets time pass in a command that waits for the cluster.
#pragma once

#include "base/duration.h"

namespace alluxio::cli {

void PauseFor(Duration pause);

}  // namespace alluxio::cli
