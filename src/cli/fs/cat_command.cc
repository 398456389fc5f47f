#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"

namespace alluxio::cli {
namespace {
constexpr size_t kCopyBytes = 1 << 20;
}  // namespace

Command CatCommand(FsContext& context) {
  Command command;
  command.name = "cat";
  command.usage = "cat <path>";
  command.description =
      "Prints the file's contents to the console.";
  command.min_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      RETURN_IF_ERROR(GetFile(*context.fs, path).status());
      ASSIGN_OR_RETURN(std::unique_ptr<client::FileInStream> stream,
                       context.fs->OpenFile(path.path));
      std::string buffer(kCopyBytes, '\0');
      while (true) {
        ASSIGN_OR_RETURN(size_t count, stream->Read(buffer));
        if (count == 0) return OkStatus();
        printer.Raw(std::string_view(buffer).substr(0, count));
      }
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
