#include "ufs/local/key_walk.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "ufs/local/local_ufs.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {
namespace {

// Can `key`, or a key below it, be greater than `after`?
bool MayComeAfter(const std::string& key, const std::string& after) {
  if (key > after) return true;
  std::string below = key + "/";
  return below > after || after.compare(0, below.size(), below) == 0;
}

}  // namespace

Status KeyWalk::Enter(const std::string& key, const std::string& after) {
  Folder folder{.key = key};
  ASSIGN_OR_RETURN(folder.names, disk_.List(key.empty() ? root_ : root_ + "/" + key));
  std::erase_if(folder.names, [&](const std::string& name) {
    return name.starts_with(LocalUfs::kHiddenPrefix) ||
           (!after.empty() && !MayComeAfter(JoinKey(key, name), after));
  });
  if (folder.names.empty()) return OkStatus();
  std::sort(folder.names.begin(), folder.names.end(), std::greater<>());
  folder.head = JoinKey(key, folder.names.back());
  folders_.push_back(std::move(folder));
  std::push_heap(folders_.begin(), folders_.end(), Later);
  return OkStatus();
}

std::string KeyWalk::Next() {
  std::pop_heap(folders_.begin(), folders_.end(), Later);
  Folder& folder = folders_.back();
  std::string key = std::move(folder.head);
  folder.names.pop_back();
  if (folder.names.empty()) {
    folders_.pop_back();
  } else {
    folder.head = JoinKey(folder.key, folder.names.back());
    std::push_heap(folders_.begin(), folders_.end(), Later);
  }
  return key;
}

}  // namespace alluxio::ufs
