// Where the inodes of a master are: alluxio.master.metastore and what belongs to it.
#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "conf/configuration.h"
#include "master/state/flat_image.h"
#include "master/tree/inode_tree.h"

namespace alluxio::master {

// HEAP: all in memory. ROCKS: opens and empties the folder `inodes` in
// alluxio.master.metastore.dir. INVALID_ARGUMENT names a property, FAILED_PRECONDITION the folder.
// `on_failure` is called when the folder fails later on, and ends the process.
Result<InodeCache> OpenMetastore(const conf::Configuration& conf,
                                 std::function<void(const Status&)> on_failure);

// The folder `images` in alluxio.master.metastore.dir, for what a checkpoint leaves beside it;
// null, and emptied, with alluxio.master.metastore.image.enabled=false.
std::unique_ptr<ImageFolder> OpenImages(const conf::Configuration& conf);

}  // namespace alluxio::master
