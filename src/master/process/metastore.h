// Where the inodes of a master are: alluxio.master.metastore and what belongs to it.
#pragma once

#include <functional>

#include "base/result.h"
#include "conf/configuration.h"
#include "master/tree/inode_tree.h"

namespace alluxio::master {

// HEAP: all in memory. ROCKS: opens and empties the folder `inodes` in
// alluxio.master.metastore.dir. INVALID_ARGUMENT names a property, FAILED_PRECONDITION the folder.
// `on_failure` is called when the folder fails later on, and ends the process.
Result<InodeCache> OpenMetastore(const conf::Configuration& conf,
                                 std::function<void(const Status&)> on_failure);

}  // namespace alluxio::master
