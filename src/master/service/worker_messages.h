// Worker reports: from their messages to BlockMaster's values.
#pragma once

#include <vector>

#include "master/block/worker_report.h"

namespace alluxio::grpc {
class Command;
}
namespace alluxio::grpc::block {
class BlockHeartbeatPRequest;
class RegisterWorkerPRequest;
}  // namespace alluxio::grpc::block

namespace alluxio::master {

// At most this many blocks in one TierBlocks, so that one piece holds the block lock shortly.
inline constexpr size_t kBlocksAPiece = 10'000;

WorkerRegistration RegistrationOf(const grpc::block::RegisterWorkerPRequest& request);
// The block lists of a registration, old form and new.
std::vector<TierBlocks> BlocksOf(const grpc::block::RegisterWorkerPRequest& request);
WorkerHeartbeat HeartbeatOf(const grpc::block::BlockHeartbeatPRequest& request);
void WriteCommand(const WorkerCommand& command, grpc::Command* out);

}  // namespace alluxio::master
