// PrintFilePart: some bytes of a file on standard output, for head and tail.
#pragma once

#include <cstdint>
#include <string>

#include "cli/fs/fs_context.h"
#include "cli/printer.h"

namespace alluxio::cli {

// "1024", "4KB"; INVALID_ARGUMENT when it is not positive.
Result<int64_t> ParsePartSize(const std::string& text);

// At most `bytes` from `begin` on.
Status PrintFilePart(FsContext& context, const FileInfo& file, int64_t begin, int64_t bytes,
                     Printer& printer);

}  // namespace alluxio::cli
