#include "cli/fs/commands.h"

#include "cli/fs/path_arg.h"
#include "conf/md5.h"

namespace alluxio::cli {
namespace {
constexpr size_t kReadBytes = 1 << 20;
}  // namespace

Command ChecksumCommand(FsContext& context) {
  Command command;
  command.name = "checksum";
  command.usage = "checksum <Alluxio path>";
  command.description =
      "Calculates the md5 checksum of a file in the Alluxio filesystem.";
  command.min_args = 1;
  command.max_args = 1;
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    auto each = [&](const PathArg& path) -> Status {
      RETURN_IF_ERROR(GetFile(*context.fs, path).status());
      client::OpenOptions options;
      options.read_type = ReadType::kNoCache;
      ASSIGN_OR_RETURN(std::unique_ptr<client::FileInStream> stream,
                       context.fs->OpenFile(path.path, options));
      conf::Md5 md5;
      std::string buffer(kReadBytes, '\0');
      while (true) {
        ASSIGN_OR_RETURN(size_t count, stream->Read(buffer));
        if (count == 0) break;
        md5.Update(std::string_view(buffer).substr(0, count));
      }
      printer.Line("md5sum: {}\n", md5.Hex());
      return OkStatus();
    };
    RETURN_IF_ERROR(ForEachPath(context, args.arg(0), each));
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
