// Checkpoints with a flat image beside them.
//
// The checkpoint in the journal is what counts, and a Java master reads it too. An image is a
// shortcut to what parsing one would give: written by the same frozen process at the same moment,
// and used for a checkpoint of the very same bytes, which are read and summed up beside it.
#pragma once

#include <functional>
#include <string_view>

#include "journal/journal.h"
#include "master/state/flat_image.h"

namespace alluxio::master {

// Writes the checkpoint with `write`, then its image with `save`, which takes about `bytes`.
// `images` may be null. An image that fails is noted in the sink and is none.
Status WriteWithImage(ImageFolder* images, std::string_view name, size_t bytes,
                      journal::CheckpointSink& sink,
                      const std::function<Status(journal::CheckpointSink&)>& write,
                      const std::function<Status(ImageWriter&)>& save);

// Loads the image of this checkpoint with `load` where there is one, and reads the checkpoint with
// `read` otherwise. ABORTED: the image was not of these bytes, or damaged; it is gone, and the
// part holds anything (StateMachine::ReadCheckpoint).
Status ReadWithImage(ImageFolder* images, std::string_view name, journal::CheckpointSource& source,
                     const std::function<Status(journal::CheckpointSource&)>& read,
                     const std::function<Status(ImageReader&)>& load);

}  // namespace alluxio::master
