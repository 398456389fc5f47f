// The temporary of an attempt to persist a file, and why it is what fences that attempt.
//
// The store makes the file's copy out of its temporary. A request for that whose answer did not
// come may be begun at any later time, but does nothing once the temporary is gone. So whoever
// gives an attempt up, or takes its path for something else, takes the temporary away first.
#pragma once

#include <string>

#include "base/status.h"
#include "master/tree/inode_tree.h"

namespace alluxio::master {

struct FsParts;

// The temporary that the file's last attempt may have left; "" when there was none.
std::string FormerTemporary(InodeView file);
// OK when it is not there (any more), or its mount is gone. May block.
Status DropTemporary(const FsParts& parts, const std::string& temp_ufs_path);

}  // namespace alluxio::master
