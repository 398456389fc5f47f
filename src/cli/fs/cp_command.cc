#include "cli/fs/commands.h"
#include "cli/fs/copier.h"
#include "cli/fs/local_path.h"

namespace alluxio::cli {
namespace {

bool IsLocal(const std::string& text) { return text.starts_with("file:"); }

bool IsAlluxio(const std::string& text) {
  return text.starts_with("alluxio:") || text.find("://") == std::string::npos;
}

Status Copy(Copier& copier, const std::string& from, const std::string& to) {
  if (IsLocal(from) && IsAlluxio(to)) {
    ASSIGN_OR_RETURN(std::string source, AbsoluteLocalPath(from));
    ASSIGN_OR_RETURN(PathArg target, ParsePathArg(to));
    return copier.FromLocal(source, target);
  }
  if (IsAlluxio(from) && IsLocal(to)) {
    ASSIGN_OR_RETURN(PathArg source, ParsePathArg(from));
    ASSIGN_OR_RETURN(std::string target, AbsoluteLocalPath(to));
    return copier.ToLocal(source, target);
  }
  if (IsAlluxio(from) && IsAlluxio(to)) {
    ASSIGN_OR_RETURN(PathArg source, ParsePathArg(from));
    ASSIGN_OR_RETURN(PathArg target, ParsePathArg(to));
    return copier.WithinAlluxio(source, target);
  }
  return InvalidArgument(
      "Schemes must be either file or alluxio, and at most one file scheme is allowed.");
}

}  // namespace

Command CpCommand(FsContext& context) {
  Command command;
  command.name = "cp";
  command.usage = "cp [-R/-r/--recursive] [--buffersize <bytes>] <src> <dst>";
  command.description =
      "Copies a file or a directory in the Alluxio filesystem or between local filesystem and "
      "Alluxio filesystem. The -R/-r/--recursive flags are needed to copydirectories in the "
      "Alluxio filesystem. Local Path with schema \"file\".";
  command.options = CopyOptions(true);
  command.options.erase(command.options.begin());  // the size of a buffer is fixed here
  command.options.push_back({"p", "preserve",
                             "Preserve file permission attributes when copying files. All "
                             "ownership, permissions and ACLs will be preserved"});
  command.options.push_back({"R", "recursive", "copy files in subdirectories recursively"});
  command.options.push_back({"r", "", "copy files in subdirectories recursively"});
  command.min_args = 2;
  command.max_args = 2;
  command.validate = [](const ParsedArgs& args) { return ParseCopySettings(args, 1).status(); };
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(CopySettings settings, ParseCopySettings(args, context.cpus));
    Copier copier(context, settings, printer);
    RETURN_IF_ERROR(Copy(copier, args.arg(0), args.arg(1)));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
