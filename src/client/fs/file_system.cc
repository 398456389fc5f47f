#include "client/fs/file_system.h"

#include "stub/retry_policy.h"

namespace alluxio::client {
namespace {

constexpr int kListings = 5;

}  // namespace

Result<std::vector<FileInfo>> FileSystem::ListStatus(const std::string& path,
                                                     const ListStatusOptions& options) {
  for (int listing = 1;; ++listing) {
    std::vector<FileInfo> entries;
    Status listed =
        IterateStatus(path, options, [&](const FileInfo& entry) { entries.push_back(entry); });
    if (listed.ok()) return entries;
    // The master went away in its midst. Nobody has seen the first part, so it can begin again; a
    // listing without a part has been tried again already.
    if (entries.empty() || listing == kListings || !stub::IsRetryable(listed)) return listed;
  }
}

}  // namespace alluxio::client
