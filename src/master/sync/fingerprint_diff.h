// FingerprintDiff: how a file of the under store differs from what the namespace remembers.
#pragma once

#include <string_view>

#include "master/tree/inode_view.h"
#include "ufs/ufs.h"

namespace alluxio::master {

enum class FingerprintDiff : uint8_t {
  kSame,
  kMetadata,  // owner, group or mode
  kContent,   // another file, or another type
};

// The caller holds the tree lock. A directory, and a file without a fingerprint, is compared by
// what the inode itself says.
FingerprintDiff CompareWithUfs(InodeView inode, std::string_view ufs_type,
                               const ufs::UfsStatus& status);

}  // namespace alluxio::master
