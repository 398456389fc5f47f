// TreeWalk: the files below a path, some at a time. A folder is read page by page, so what is held
// grows with the depth of the tree and not with its size. Not thread-safe.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/file_info.h"
#include "model/fs_options.h"

namespace alluxio {

// Entries of a folder after the path `after`, which is "" at first; a file lists itself. Blocks.
using FolderPage =
    std::function<Result<ListPage>(const std::string& folder, const std::string& after)>;

class TreeWalk {
 public:
  TreeWalk(std::string root, FolderPage page);

  // Called with each folder below the root before what is in it; its error is one of that folder.
  void OnFolder(std::function<Status(const std::string& path)> visit) { visit_ = std::move(visit); }

  // The next files; none at the end. An error is that of the root alone.
  Result<std::vector<FileInfo>> Next();
  // Folders that Next() could not go through since it was last asked, and why. One that is gone
  // meanwhile is not among them.
  std::vector<std::pair<std::string, Status>> TakeUnread() { return std::move(unread_); }

 private:
  struct Folder {
    std::string path;
    std::vector<FileInfo> entries;
    size_t next = 0;
    std::string last;  // the entry after which the next page begins
    bool more = true;
  };
  void Enter(const std::string& folder);
  Status ReadPage(Folder* folder);

  const std::string root_;
  const FolderPage page_;
  std::function<Status(const std::string& path)> visit_;
  std::vector<Folder> open_;
  std::vector<std::pair<std::string, Status>> unread_;
  bool begun_ = false;
};

}  // namespace alluxio
