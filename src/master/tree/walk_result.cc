#include "master/tree/walk_result.h"

#include "base/check.h"

namespace alluxio::master {

InodeView WalkResult::parent() const {
  if (starts.empty()) return InodeView();
  if (found()) return inodes[inodes.size() - 2];
  return parent_found() ? inodes.back() : InodeView();
}

std::string_view WalkResult::component(size_t i) const {
  CHECK(i < starts.size()) << "component " << i << " of " << path;
  size_t begin = starts[i];
  size_t end = i + 1 < starts.size() ? starts[i + 1] - 1 : path.size();
  return std::string_view(path).substr(begin, end - begin);
}

std::string_view WalkResult::prefix(size_t i) const {
  CHECK(i <= starts.size()) << "prefix " << i << " of " << path;
  if (i == 0) return "/";
  size_t end = i < starts.size() ? starts[i] - 1 : path.size();
  return std::string_view(path).substr(0, end);
}

}  // namespace alluxio::master
