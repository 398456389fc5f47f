// How far a file has got on its way to the under store, from what the namespace says of it.
#pragma once

#include "master/tree/inode_tree.h"

namespace alluxio::master {

// A copy may be where the file's path says although the file is not PERSISTED: a master that ended
// between moving the copy into place and recording it. Whoever takes the path from the file has
// to take the copy away, or it would come back with the next listing of the under store.
inline bool MayHaveStrayCopy(InodeView inode) {
  return inode.is_file() && inode.persistence() == PersistenceState::kToBePersisted &&
         !inode.temp_ufs_path().empty();
}

inline bool MayBeInUfs(InodeView inode) {
  return inode.persistence() == PersistenceState::kPersisted || MayHaveStrayCopy(inode);
}

}  // namespace alluxio::master
