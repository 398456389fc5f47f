#include "client/fs/file_system.h"

namespace alluxio::client {

Result<std::vector<FileInfo>> FileSystem::ListStatus(const std::string& path,
                                                     const ListStatusOptions& options) {
  std::vector<FileInfo> entries;
  RETURN_IF_ERROR(
      IterateStatus(path, options, [&](const FileInfo& entry) { entries.push_back(entry); }));
  return entries;
}

}  // namespace alluxio::client
