// WriteBlock: one block, or one file of the under store, written by a client.
//
//   state      message          next
//   fresh      command          writing; the block or file is opened, nothing is answered
//   writing    chunk            writing; the bytes are stored
//   writing    command flush    writing; answered with the offset
//   writing    half-close       done; committed, told to the master, finished OK
//   any        cancel or error  done; nothing is left behind
#pragma once

#include "worker/service/stream_work.h"
#include "worker/service/worker_parts.h"

namespace alluxio::worker {

// `parts` must outlive the streams.
StreamWorkFactory WriteBlockStreams(WorkerParts& parts);
// Blocks are written on parts.writers, files in the lane of their mount: an under store that hangs
// holds up no block.
ExecutorOfStream WriteBlockExecutors(WorkerParts& parts);

}  // namespace alluxio::worker
