// ReadBlock: a range of one block sent to a client in chunks.
//
// Cached blocks are sent as slices of their mapped file, straight from the transport's own threads;
// blocks of the under store are read step by step on the reader executor. At most kAhead chunks
// wait in the transport. Messages after the first are acknowledgements and mean nothing here,
// because the transport's flow control does their work. Half-close ends the stream early with OK.
#pragma once

#include "rpc/service.h"
#include "worker/service/worker_parts.h"

namespace alluxio::worker {

// `parts` must outlive the streams.
rpc::StreamFactory ReadBlockStreams(WorkerParts& parts);

// The bytes of a ReadResponse up to its data, exactly as clients parse them by hand.
std::string ReadResponsePrefix(size_t data_bytes);

}  // namespace alluxio::worker
