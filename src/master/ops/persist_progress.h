// How far a file has got on its way to the under store, from what the namespace says of it.
#pragma once

#include <string>

#include "master/mount/mount_point.h"
#include "master/tree/inode_tree.h"

namespace alluxio::master {

// A copy may be where the file's path says although the file is not PERSISTED: a master ended
// between moving the copy into place and recording it, or the file was created over one that has a
// copy. Whoever takes the path from the file has to take the copy away, or it would come back with
// the next listing of the under store. The path of a temporary, made or not, says so.
inline bool MayHaveStrayCopy(InodeView inode) {
  return inode.is_file() && inode.persistence() != PersistenceState::kPersisted &&
         !inode.temp_ufs_path().empty();
}

inline bool MayBeInUfs(InodeView inode) {
  return inode.persistence() == PersistenceState::kPersisted || MayHaveStrayCopy(inode);
}

inline std::string UriBelow(const MountPoint& mount, const std::string& key) {
  return mount.ufs_uri + (mount.ufs_uri.ends_with('/') ? "" : "/") + key;
}

// Where an attempt to persist puts its bytes: named by the file and the attempt's time.
inline std::string TemporaryUri(const MountPoint& mount, const std::string& folder, InodeId id,
                                int64_t time_ms) {
  return UriBelow(mount, folder + "/" + std::to_string(id) + "-" + std::to_string(time_ms));
}

}  // namespace alluxio::master
