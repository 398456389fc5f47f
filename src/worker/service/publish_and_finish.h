// PublishAndFinish: the end of every stream that writes a block.
#pragma once

#include "rpc/service.h"
#include "worker/service/worker_parts.h"

namespace alluxio::worker {

// Tells the master of `block` on the commit executor, then finishes the stream with the outcome.
// When the executor refuses, the block is removed and the refusal returned.
Status PublishAndFinish(WorkerParts& parts, const CommittedBlock& block, rpc::StreamSinkPtr sink);

}  // namespace alluxio::worker
