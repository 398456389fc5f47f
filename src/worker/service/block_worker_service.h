// BlockWorkerService: the method table of a worker: alluxio.grpc.block.BlockWorker and the version
// service.
#pragma once

#include "rpc/service.h"
#include "worker/service/worker_parts.h"

namespace alluxio::worker {

// `parts` must outlive the server that serves `methods`.
void AddBlockWorkerService(WorkerParts& parts, rpc::MethodTable* methods);

}  // namespace alluxio::worker
