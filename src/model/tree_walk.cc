#include "model/tree_walk.h"

namespace alluxio {
namespace {

constexpr size_t kFilesAtOnce = 1000;

}  // namespace

TreeWalk::TreeWalk(std::string root, FolderPage page)
    : root_(std::move(root)), page_(std::move(page)) {}

void TreeWalk::Enter(const std::string& folder) {
  Status visited = visit_ == nullptr ? OkStatus() : visit_(folder);
  if (visited.ok()) {
    open_.push_back(Folder{folder});
  } else {
    unread_.emplace_back(folder, std::move(visited));
  }
}

Status TreeWalk::ReadPage(Folder* folder) {
  ASSIGN_OR_RETURN(ListPage page, page_(folder->path, folder->last));
  folder->entries = std::move(page.entries);
  folder->next = 0;
  folder->more = page.truncated && !folder->entries.empty();
  if (!folder->entries.empty()) folder->last = folder->entries.back().path;
  return OkStatus();
}

Result<std::vector<FileInfo>> TreeWalk::Next() {
  std::vector<FileInfo> files;
  if (!begun_) {
    begun_ = true;
    open_.push_back(Folder{root_});
  }
  while (!open_.empty() && files.size() < kFilesAtOnce) {
    Folder& folder = open_.back();
    if (folder.next < folder.entries.size()) {
      FileInfo entry = std::move(folder.entries[folder.next++]);
      if (entry.folder) {
        Enter(entry.path);
      } else {
        files.push_back(std::move(entry));
      }
      continue;
    }
    if (!folder.more) {
      open_.pop_back();
      continue;
    }
    Status read = ReadPage(&folder);
    if (read.ok()) continue;
    if (folder.path == root_) return read;
    if (!read.Is(StatusCode::kNotFound)) unread_.emplace_back(folder.path, std::move(read));
    open_.pop_back();
  }
  return files;
}

}  // namespace alluxio
