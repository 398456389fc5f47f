// NamedThread: starts a thread that tools show under a name. Only env/posix makes threads.
#pragma once

#include <string>
#include <thread>

#include "base/callback.h"

namespace alluxio {

// `name` is cut to the fifteen characters Linux keeps. The caller joins.
std::thread StartNamedThread(const std::string& name, Callback<void()> body);

}  // namespace alluxio
