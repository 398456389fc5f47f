// AbsoluteLocalPath: a path of this host as commands and messages use it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace alluxio::cli {

// Absolute and clean: relative paths start at the working folder, "." and ".." are resolved.
// A "file://" prefix is dropped.
Result<std::string> AbsoluteLocalPath(std::string_view text);

}  // namespace alluxio::cli
