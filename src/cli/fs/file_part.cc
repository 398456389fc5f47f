#include "cli/fs/file_part.h"

#include <algorithm>

#include "cli/units.h"

namespace alluxio::cli {

Result<int64_t> ParsePartSize(const std::string& text) {
  ASSIGN_OR_RETURN(int64_t bytes, ParseSpaceSize(text));
  if (bytes <= 0) return InvalidArgument("specified bytes must be > 0");
  return bytes;
}

Status PrintFilePart(FsContext& context, const FileInfo& file, int64_t begin, int64_t bytes,
                     Printer& printer) {
  constexpr int64_t kReadBytes = 1 << 20;
  ASSIGN_OR_RETURN(std::unique_ptr<client::FileInStream> stream,
                   context.fs->OpenFile(file.path));
  RETURN_IF_ERROR(stream->Seek(begin));
  std::string buffer(static_cast<size_t>(std::min(bytes, kReadBytes)), '\0');
  while (bytes > 0) {
    auto wanted = static_cast<size_t>(std::min(bytes, kReadBytes));
    ASSIGN_OR_RETURN(size_t count, stream->Read(std::span<char>(buffer.data(), wanted)));
    if (count == 0) break;
    printer.Raw(std::string_view(buffer).substr(0, count));
    bytes -= static_cast<int64_t>(count);
  }
  return OkStatus();
}

}  // namespace alluxio::cli
