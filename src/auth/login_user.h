// LoginUser: the name under which this process talks to servers.
#pragma once

#include <string>

#include "base/result.h"

namespace alluxio::auth {

// `configured` (alluxio.security.login.username) when not empty, else the operating system's name
// of the effective user. INTERNAL when the system does not know the user's name.
Result<std::string> LoginUser(const std::string& configured = "");

}  // namespace alluxio::auth
