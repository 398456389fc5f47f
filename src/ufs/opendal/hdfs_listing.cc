#include "ufs/opendal/hdfs_listing.h"

#include <utility>

namespace alluxio::ufs {
namespace {

constexpr size_t kPage = 1000;  // what a name node answers at once

std::string_view NameOf(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

// Can a key below `folder` be greater than `after`?
bool MayHoldLater(const std::string& folder, const std::string& after) {
  std::string below = folder + "/";
  return below > after || after.starts_with(below);
}

}  // namespace

UfsStatus HdfsStatusOf(std::string key, const BridgeEntry& entry) {
  UfsStatus status;
  status.key = std::move(key);
  status.is_directory = entry.is_directory;
  status.length = entry.is_directory ? 0 : entry.length;
  status.modified_ms = entry.modified_ms;
  status.owner = entry.owner;
  status.group = entry.group;
  status.mode = Mode{static_cast<uint16_t>(entry.mode & 0777)};
  if (!entry.is_directory) {
    status.content_hash = "(len:" + std::to_string(entry.length) +
                          ", modtime:" + std::to_string(entry.modified_ms) + ")";
  }
  return status;
}

Status HdfsListing::Start(const std::string& key) {
  RETURN_IF_ERROR(Enter(key));
  if (!recursive_) return Fetch(kPage);
  while (lister_ != nullptr) RETURN_IF_ERROR(Fetch(kPage));
  return OkStatus();
}

Status HdfsListing::Enter(const std::string& key) {
  folder_ = key;
  std::string path = key.empty() ? root_ : root_ + "/" + key;
  // The name node is asked from its first name: it has no way to be given another here.
  std::string start = recursive_ || after_.empty() ? "" : root_ + "/" + after_;
  ASSIGN_OR_RETURN(lister_, bridge_.List(path.empty() ? "/" : path, false, start, kPage));
  return OkStatus();
}

Status HdfsListing::Fetch(size_t limit) {
  Result<BridgePage> page = lister_->Next(limit);
  if (!page.ok()) {
    lister_ = nullptr;
    return page.status();
  }
  for (const BridgeEntry& entry : page->entries) {
    std::string_view name = NameOf(entry.path);
    if (name.starts_with(kHdfsHiddenPrefix)) continue;
    UfsStatus status = HdfsStatusOf(JoinKey(folder_, name), entry);
    bool enter = recursive_ && status.is_directory && MayHoldLater(status.key, after_);
    if (status.key > after_ || enter) pending_.push(std::move(status));
  }
  if (page->done) lister_ = nullptr;
  return OkStatus();
}

Status HdfsListing::Next(size_t limit, std::vector<UfsStatus>* entries) {
  while (limit > 0 && !done()) {
    if (pending_.empty()) {
      RETURN_IF_ERROR(Fetch(kPage));
      continue;
    }
    UfsStatus next = pending_.top();
    pending_.pop();
    if (recursive_ && next.is_directory) {
      Status entered = Enter(next.key);
      while (entered.ok() && lister_ != nullptr) entered = Fetch(kPage);
      // Gone since its parent was listed.
      if (!entered.ok() && !entered.Is(StatusCode::kNotFound)) return entered;
    }
    if (next.key <= after_) continue;
    entries->push_back(std::move(next));
    --limit;
  }
  return OkStatus();
}

}  // namespace alluxio::ufs
