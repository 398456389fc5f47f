// Short circuit: clients on this host that use block files directly. The stream holds the block.
//
// OpenLocalBlock: one request, answered with a path; the file stays until the stream ends.
// CreateLocalBlock: a request, answered with the path of an empty file to write; requests for more
// space, answered with an empty message; half-close commits what the file holds. For a client that
// seals, the file may be a longer one of a block that is gone; what the client then says it wrote
// is all that is committed.
#pragma once

#include "worker/service/stream_work.h"
#include "worker/service/worker_parts.h"

namespace alluxio::worker {

// `parts` must outlive the streams.
StreamWorkFactory OpenLocalBlockStreams(WorkerParts& parts);
StreamWorkFactory CreateLocalBlockStreams(WorkerParts& parts);

// Moves a block to the top tier when the client reads it with CACHE_PROMOTE. A failure only means
// that it is read from where it is.
void PromoteBlock(BlockStore& store, BlockId id);

}  // namespace alluxio::worker
