// The master's view of workers and of the cache as a whole: model <-> wire.
//
// A filter selects which fields are written; an empty filter means all. Field numbers of filters
// are those of the wire enums WorkerInfoField and BlockMasterInfoField. Thread-safe: no state.
#pragma once

#include <map>
#include <set>
#include <string>

#include "model/worker_info.h"

namespace alluxio::grpc::block {
class BlockMasterInfo;
class WorkerInfo;
}  // namespace alluxio::grpc::block

namespace alluxio::wire {

void ToProto(const WorkerInfo& worker, grpc::block::WorkerInfo* out);
void ToProto(const WorkerInfo& worker, const std::set<int>& fields, grpc::block::WorkerInfo* out);
WorkerInfo FromProto(const grpc::block::WorkerInfo& worker);

// Totals over the live workers.
struct BlockMasterTotals {
  int64_t capacity_bytes = 0;
  int64_t used_bytes = 0;
  std::map<std::string, int64_t> capacity_on_tiers;
  std::map<std::string, int64_t> used_on_tiers;
  int32_t live_workers = 0;
  int32_t lost_workers = 0;
  int32_t decommissioned_workers = 0;
};
void ToProto(const BlockMasterTotals& totals, const std::set<int>& fields,
             grpc::block::BlockMasterInfo* out);
BlockMasterTotals FromProto(const grpc::block::BlockMasterInfo& info);

}  // namespace alluxio::wire
