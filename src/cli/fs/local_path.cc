#include "cli/fs/local_path.h"

#include <filesystem>

namespace alluxio::cli {

Result<std::string> AbsoluteLocalPath(std::string_view text) {
  constexpr std::string_view kScheme = "file://";
  if (text.starts_with(kScheme)) text.remove_prefix(kScheme.size());
  if (text.empty()) return InvalidArgument("an empty local path");
  std::error_code error;
  std::filesystem::path path = std::filesystem::absolute(std::filesystem::path(text), error);
  if (error) return InvalidArgument(std::string(text) + ": " + error.message());
  std::string clean = path.lexically_normal().string();
  while (clean.size() > 1 && clean.back() == '/') clean.pop_back();
  return clean;
}

}  // namespace alluxio::cli
