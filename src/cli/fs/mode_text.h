// ParseMode: permission bits as chmod takes them: "755", or "u=rwx,go=rx" ("a" is everybody).
#pragma once

#include <string>

#include "base/result.h"
#include "model/mode.h"

namespace alluxio::cli {

Result<Mode> ParseMode(const std::string& text);

}  // namespace alluxio::cli
