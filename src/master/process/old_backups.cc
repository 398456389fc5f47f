#include "master/process/old_backups.h"

#include <algorithm>
#include <map>
#include <regex>

#include "base/log.h"
#include "ufs/ufs.h"

namespace alluxio::master {

std::optional<int64_t> BackupTime(const std::string& name) {
  static const std::regex pattern("alluxio-backup-[0-9]+-[0-9]+-[0-9]+-([0-9]{1,18})\\.gz");
  std::smatch parts;
  if (!std::regex_match(name, parts, pattern)) return std::nullopt;
  return std::stoll(parts[1]);
}

Status DeleteOldBackups(ufs::Ufs& folder, int keep) {
  std::multimap<int64_t, std::string> by_time;
  ufs::UfsListOptions options;
  do {
    ASSIGN_OR_RETURN(ufs::UfsListing listing, folder.List("", options));
    for (const ufs::UfsStatus& status : listing.entries) {
      std::optional<int64_t> time = BackupTime(status.key);
      if (time && !status.is_directory) by_time.emplace(*time, status.key);
    }
    options.page = listing.next_page;
  } while (!options.page.empty());
  while (by_time.size() > static_cast<size_t>(std::max(0, keep))) {
    const std::string name = by_time.begin()->second;
    by_time.erase(by_time.begin());
    RETURN_IF_ERROR(folder.DeleteFile(name).WithContext(name));
    LOG_INFO("master: old backup deleted name={}", name);
    Status mark = folder.DeleteFile(name + ".complete");
    if (!mark.ok() && !mark.Is(StatusCode::kNotFound)) return mark.WithContext(name);
  }
  return OkStatus();
}

}  // namespace alluxio::master
