#include <cstdlib>

#include "cli/admin/commands.h"
#include "cli/fs/status_text.h"
#include "cli/units.h"
#include "model/ids.h"

namespace alluxio::cli {

Command GetBlockInfoCommand(AdminContext& context) {
  Command command;
  command.name = "getBlockInfo";
  command.usage = "getBlockInfo [blockId]";
  command.description = "get the block information and file path of a specified block id.";
  command.min_args = command.max_args = 1;
  command.examples = {"alluxio fsadmin getBlockInfo 16777216"};
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    Result<int64_t> id = ParseLongNumber(args.arg(0));
    if (!id.ok()) return InvalidArgument(args.arg(0) + " is not a valid block id.");
    Result<BlockInfo> block = context.blocks->GetBlockInfo(*id);
    if (block.ok()) {
      printer.Line("{}", BlockText(*block));
    } else {
      printer.Line("BlockMeta is not available for blockId: {}", *id);
    }
    InodeId file = FileIdOfBlock(*id);
    Result<std::string> path = context.files->GetFilePath(file);
    if (path.ok()) {
      printer.Line("This block belongs to file {{id={}, path={}}}", file, *path);
    } else {
      printer.Line("This block belongs to file {{id={}}}", file);
    }
    return kExitOk;
  };
  return command;
}

}  // namespace alluxio::cli
