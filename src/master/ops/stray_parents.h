// Directories that are in an under store although the namespace calls them not persisted: made for
// a file on its way there, by an attempt that ended before it was recorded.
#pragma once

#include <string>

#include "base/status.h"
#include "master/ops/fs_parts.h"

namespace alluxio::master {

class OpContext;

// Records what is found of them at and below the directory `top`, so that a rename or delete takes
// them along; otherwise they would come back with the next listing. Nothing when `top` is persisted
// itself: then they go with it. WouldBlock() when the under store must be asked and the context may
// not. The caller has locked `top` with everything below it, and holds no other lock.
Status NoteStrayParents(const FsParts& parts, OpContext& context, const std::string& top);

}  // namespace alluxio::master
