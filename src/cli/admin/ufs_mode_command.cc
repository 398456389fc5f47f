#include "cli/admin/commands.h"

namespace alluxio::cli {
namespace {

// "hdfs://host:9000", "s3://bucket", with a slash behind it or none; "/" stands for local folders.
bool IsUfsRoot(const std::string& uri) {
  if (uri == "/") return true;
  size_t scheme = uri.find("://");
  if (scheme == std::string::npos) return false;
  size_t path = uri.find('/', scheme + 3);
  return path == std::string::npos || path == uri.size() - 1;
}

Result<stub::UfsMode> ModeOf(const std::string& text) {
  if (text == "noAccess") return stub::UfsMode::kNoAccess;
  if (text == "readOnly") return stub::UfsMode::kReadOnly;
  if (text == "readWrite") return stub::UfsMode::kReadWrite;
  return InvalidArgument("Unrecognized mode");
}

}  // namespace

Command UfsModeCommand(AdminContext& context) {
  Command command;
  command.name = "ufs";
  command.usage = "ufs [--mode <noAccess/readOnly/readWrite>] <ufsPath>";
  command.description = "Update attributes for a ufs path.";
  command.options = {
      {"", "mode",
       "Set maintenance mode for a ufs path under one or more Alluxio mount points.", true,
       "noAccess/readOnly/readWrite"}};
  command.min_args = command.max_args = 1;
  command.examples = {"alluxio fsadmin ufs --mode readOnly hdfs://namenode:9000"};
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    if (!IsUfsRoot(args.arg(0))) {
      return InvalidArgument("The ufs path should have only scheme and authority but no path.");
    }
    if (!args.Has("mode")) {
      printer.Line("No attribute to update");
      return kExitOk;
    }
    ASSIGN_OR_RETURN(stub::UfsMode mode, ModeOf(args.Value("mode")));
    RETURN_IF_ERROR(context.files->UpdateUfsMode(args.arg(0), mode));
    printer.Line("Ufs mode updated");
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
