#include "master/web/found_page.h"

#include <utility>

namespace alluxio::master {
namespace {

constexpr size_t kMaxVisited = 1'000'000;
constexpr Duration kMaxTime = std::chrono::seconds(3);

}  // namespace

Status WalkTree(const WebParts& parts, OpContext& context, const std::string& folder,
                const std::function<bool(const FileInfo&)>& wanted, FoundPage* page) {
  ListStatusOptions options;
  options.recursive = true;
  options.load_metadata = LoadMetadataType::kNever;
  Duration until = parts.clock->Monotonic() + kMaxTime;
  size_t visited = 0;
  Status walked = parts.operations->ListStatus(
      context, folder, options, [&](std::vector<FileInfo> batch) -> Status {
        for (FileInfo& file : batch) {
          if (!wanted(file)) continue;
          bool shown = page->found >= page->offset && page->found - page->offset < page->limit;
          if (shown) page->entries.push_back(std::move(file));
          ++page->found;
        }
        visited += batch.size();
        page->scanned_all = visited < kMaxVisited && parts.clock->Monotonic() <= until;
        return page->scanned_all ? OkStatus() : Cancelled("enough");
      });
  return page->scanned_all ? walked : OkStatus();
}

}  // namespace alluxio::master
