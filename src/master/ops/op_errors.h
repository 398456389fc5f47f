// The error texts that several operations share; they are Alluxio 2.9's.
#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "master/tree/walk_result.h"
#include "model/ids.h"

namespace alluxio::master {

inline Status PathMissing(std::string_view path) {
  return NotFound("Path \"" + std::string(path) + "\" does not exist.");
}

inline Status MustBeFile(std::string_view path) {
  return NotFound("Path \"" + std::string(path) + "\" must be a file.");
}

// For a caller who means one inode, and the path may have become another.
inline Status CheckOnly(InodeId wanted, InodeView inode, std::string_view path) {
  if (wanted == kNoInode || wanted == inode.id()) return OkStatus();
  return FailedPrecondition("Path \"" + std::string(path) + "\" is another inode by now: " +
                            std::to_string(inode.id()) + " instead of " + std::to_string(wanted));
}

// A file stands where a directory of the path should be.
inline Status FileInTheWay(const WalkResult& walk) {
  return InvalidArgument("Could not traverse to parent directory of path " + walk.path +
                         ". Component " + std::string(walk.last().name()) +
                         " is not a directory.");
}

}  // namespace alluxio::master
