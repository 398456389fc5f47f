// ParseMountOptions: --readonly, --shared, --remount and --option key=value of mount commands.
#pragma once

#include "cli/option_parser.h"
#include "model/fs_options.h"

namespace alluxio::cli {

Result<MountOptions> ParseMountOptions(const ParsedArgs& args);

}  // namespace alluxio::cli
