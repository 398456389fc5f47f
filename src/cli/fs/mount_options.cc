#include "cli/fs/mount_options.h"

namespace alluxio::cli {

Result<MountOptions> ParseMountOptions(const ParsedArgs& args) {
  MountOptions options;
  options.read_only = args.Has("readonly");
  options.shared = args.Has("shared");
  options.remount = args.Has("remount");
  for (const std::string& text : args.Values("option")) {
    size_t equal = text.find('=');
    if (equal == std::string::npos || equal == 0) {
      return InvalidArgument("--option needs key=value");  // It may be a credential: not shown.
    }
    options.properties[text.substr(0, equal)] = text.substr(equal + 1);
  }
  return options;
}

}  // namespace alluxio::cli
