#include "ufs/local/key_walk.h"

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
  ASSIGN_OR_RETURN(std::vector<std::string> names,
                   disk_.List(key.empty() ? root_ : root_ + "/" + key));
  for (const std::string& name : names) {
    if (name.compare(0, LocalUfs::kHiddenPrefix.size(), LocalUfs::kHiddenPrefix) == 0) continue;
    std::string child = JoinKey(key, name);
    if (after.empty() || MayComeAfter(child, after)) pending_.push(std::move(child));
  }
  return OkStatus();
}

std::string KeyWalk::Next() {
  std::string key = pending_.top();
  pending_.pop();
  return key;
}

}  // namespace alluxio::ufs
