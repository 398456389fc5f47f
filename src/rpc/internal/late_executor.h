// LateExecutor: where callbacks run that must not run inside the call that caused them.
#pragma once

#include "base/callback.h"

namespace alluxio::rpc {

// Runs `work` soon on another thread; right here when that thread has far too much to do.
void RunLater(Callback<void()> work);

}  // namespace alluxio::rpc
