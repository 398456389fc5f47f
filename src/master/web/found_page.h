// FoundPage: a page of what a walk over everything below a folder has found. The walk is bounded in
// entries and in time, and loads nothing from under stores.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "master/web/web_parts.h"
#include "model/file_info.h"

namespace alluxio::master {

struct FoundPage {
  int64_t offset = 0;
  int64_t limit = 0;
  int64_t found = 0;  // of all that was looked at
  bool scanned_all = true;  // false: the bounds were reached
  std::vector<FileInfo> entries;
};

// Shows those for which `wanted` holds. The folder itself is not among them. Errors are those of a
// listing.
Status WalkTree(const WebParts& parts, OpContext& context, const std::string& folder,
                const std::function<bool(const FileInfo&)>& wanted, FoundPage* page);

}  // namespace alluxio::master
