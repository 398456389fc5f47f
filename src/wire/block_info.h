// Blocks, their locations and worker addresses: model <-> wire.
//
// Clients compare addresses field by field, so an address must be written the same way in every
// message (wire contract, "Field semantics"). Nothing here can fail: absent fields read as empty.
// Thread-safe: functions without state.
#pragma once

#include "model/block_info.h"
#include "model/worker_info.h"

namespace alluxio::grpc {
class BlockInfo;
class BlockLocation;
class WorkerNetAddress;
}  // namespace alluxio::grpc
namespace alluxio::grpc::file {
class FileBlockInfo;
}

namespace alluxio::wire {

// An address without tiers gets the tier "node" = host, because clients need at least one.
void ToProto(const WorkerNetAddress& address, grpc::WorkerNetAddress* out);
WorkerNetAddress FromProto(const grpc::WorkerNetAddress& address);

void ToProto(const BlockLocation& location, grpc::BlockLocation* out);
BlockLocation FromProto(const grpc::BlockLocation& location);

void ToProto(const BlockInfo& block, grpc::BlockInfo* out);
BlockInfo FromProto(const grpc::BlockInfo& block);

// Under-store locations ("host:port") are written twice, as text and as addresses, in parallel.
void ToProto(const FileBlockInfo& block, grpc::file::FileBlockInfo* out);
FileBlockInfo FromProto(const grpc::file::FileBlockInfo& block);

}  // namespace alluxio::wire
