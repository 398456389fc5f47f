#include "cli/tool/tar_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace alluxio::cli {
namespace {

constexpr size_t kBlock = 512;
constexpr size_t kNameBytes = 100;
constexpr size_t kPrefixBytes = 155;

// Offsets and lengths of POSIX's ustar header.
Result<std::string> Header(const std::string& name, int64_t length, int64_t modified_ms) {
  std::string header(kBlock, '\0');
  auto put = [&](size_t at, std::string_view text) { header.replace(at, text.size(), text); };
  size_t slash = std::string::npos;
  if (name.size() > kNameBytes) {
    slash = name.find('/', name.size() - kNameBytes - 1);
    if (slash == std::string::npos || slash == 0 || slash > kPrefixBytes) {
      return InvalidArgument(name + ": too long a name for a tar archive");
    }
  }
  put(0, slash == std::string::npos ? name : name.substr(slash + 1));
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, fmt::format("{:011o}", length));
  put(136, fmt::format("{:011o}", std::max<int64_t>(0, modified_ms / 1000)));
  put(148, "        ");
  put(156, "0");
  put(257, "ustar");
  put(263, "00");
  if (slash != std::string::npos) put(345, name.substr(0, slash));
  unsigned sum = 0;
  for (unsigned char byte : header) sum += byte;
  put(148, fmt::format("{:06o}", sum));
  header[154] = '\0';
  return header;
}

}  // namespace

Status TarWriter::Add(const std::string& name, int64_t modified_ms,
                      const std::function<Status(const Emit&)>& body) {
  int64_t length = 0;
  RETURN_IF_ERROR(body([&](std::string_view piece) {
    length += static_cast<int64_t>(piece.size());
    return OkStatus();
  }));
  ASSIGN_OR_RETURN(std::string header, Header(name, length, modified_ms));
  RETURN_IF_ERROR(sink_.Write(header));
  int64_t left = length;
  RETURN_IF_ERROR(body([&](std::string_view piece) {
    piece = piece.substr(0, static_cast<size_t>(left));
    left -= static_cast<int64_t>(piece.size());
    return sink_.Write(piece);
  }));
  const std::string blanks(kBlock, ' ');
  for (; left > 0; left -= std::min<int64_t>(left, kBlock)) {
    RETURN_IF_ERROR(sink_.Write(
        std::string_view(blanks).substr(0, static_cast<size_t>(std::min<int64_t>(left, kBlock)))));
  }
  size_t rest = static_cast<size_t>(length) % kBlock;
  return rest == 0 ? OkStatus() : sink_.Write(std::string(kBlock - rest, '\0'));
}

Status TarWriter::AddText(const std::string& name, int64_t modified_ms, std::string_view text) {
  return Add(name, modified_ms, [&](const Emit& emit) { return emit(text); });
}

Status TarWriter::Finish() { return sink_.Write(std::string(2 * kBlock, '\0')); }

}  // namespace alluxio::cli
