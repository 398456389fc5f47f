// BlockMasterClientService: blocks and workers as clients and tools see them.
#include <algorithm>
#include <set>

#include "master/block/block_master.h"
#include "master/service/method_runner.h"
#include "master/service/services.h"
#include "proto/grpc/block_master.pb.h"
#include "wire/block_info.h"
#include "wire/worker_info.h"

namespace alluxio::master {
namespace {

namespace block = ::alluxio::grpc::block;

constexpr char kService[] = "/alluxio.grpc.block.BlockMasterClientService/";

Status GetBlockInfo(const ServiceParts& parts, OpContext&,
                    const block::GetBlockInfoPRequest& request,
                    block::GetBlockInfoPResponse* response) {
  ASSIGN_OR_RETURN(BlockInfo info, parts.blocks->GetBlockInfo(request.blockid()));
  wire::ToProto(info, response->mutable_blockinfo());
  return OkStatus();
}

Status GetBlockMasterInfo(const ServiceParts& parts, OpContext&,
                          const block::GetBlockMasterInfoPOptions& request,
                          block::GetBlockMasterInfoPResponse* response) {
  std::set<int> fields(request.filters().begin(), request.filters().end());
  wire::ToProto(parts.blocks->Totals(), fields, response->mutable_blockmasterinfo());
  return OkStatus();
}

Status GetCapacityBytes(const ServiceParts& parts, OpContext&,
                        const block::GetCapacityBytesPOptions&,
                        block::GetCapacityBytesPResponse* response) {
  RETURN_IF_ERROR(parts.blocks->CheckNotSafeMode());
  response->set_bytes(parts.blocks->Totals().capacity_bytes);
  return OkStatus();
}

Status GetUsedBytes(const ServiceParts& parts, OpContext&, const block::GetUsedBytesPOptions&,
                    block::GetUsedBytesPResponse* response) {
  RETURN_IF_ERROR(parts.blocks->CheckNotSafeMode());
  response->set_bytes(parts.blocks->Totals().used_bytes);
  return OkStatus();
}

Status GetWorkerInfoList(const ServiceParts& parts, OpContext&,
                         const block::GetWorkerInfoListPOptions&,
                         block::GetWorkerInfoListPResponse* response) {
  RETURN_IF_ERROR(parts.blocks->CheckNotSafeMode());
  for (const WorkerInfo& worker : parts.blocks->LiveWorkers()) {
    wire::ToProto(worker, response->add_workerinfos());
  }
  return OkStatus();
}

bool InRange(const WorkerInfo& worker, const block::GetWorkerReportPOptions& options) {
  switch (options.has_workerrange() ? options.workerrange() : block::ALL) {
    case block::ALL: return true;
    case block::LIVE: return worker.state == WorkerStateText(WorkerState::kActive);
    case block::LOST: return worker.state == WorkerStateText(WorkerState::kLost);
    case block::DECOMMISSIONED:
      return worker.state == WorkerStateText(WorkerState::kDecommissioned) ||
             worker.state == WorkerStateText(WorkerState::kDisabled);
    case block::SPECIFIED:
      return std::find(options.addresses().begin(), options.addresses().end(),
                       worker.address.host) != options.addresses().end();
  }
  return false;
}

Status GetWorkerReport(const ServiceParts& parts, OpContext&,
                       const block::GetWorkerReportPOptions& request,
                       block::GetWorkerInfoListPResponse* response) {
  RETURN_IF_ERROR(parts.blocks->CheckNotSafeMode());
  std::set<int> fields(request.fieldranges().begin(), request.fieldranges().end());
  for (const WorkerInfo& worker : parts.blocks->AllWorkers()) {
    if (InRange(worker, request)) wire::ToProto(worker, fields, response->add_workerinfos());
  }
  return OkStatus();
}

Status GetWorkerLostStorage(const ServiceParts& parts, OpContext&,
                            const block::GetWorkerLostStoragePOptions&,
                            block::GetWorkerLostStoragePResponse* response) {
  for (const LostStorage& lost : parts.blocks->LostStorages()) {
    block::WorkerLostStorageInfo* info = response->add_workerloststorageinfo();
    wire::ToProto(lost.address, info->mutable_address());
    for (const auto& [tier, folders] : lost.storage) {
      block::StorageList& list = (*info->mutable_loststorage())[tier];
      for (const std::string& folder : folders) list.add_storage(folder);
    }
  }
  return OkStatus();
}

Status DecommissionWorker(const ServiceParts& parts, OpContext&,
                          const block::DecommissionWorkerPOptions& request,
                          block::DecommissionWorkerPResponse*) {
  return parts.blocks->DecommissionWorker(request.workerhostname(), request.workerwebport(),
                                          request.canregisteragain());
}

Status RemoveDisabledWorker(const ServiceParts& parts, OpContext&,
                            const block::RemoveDisabledWorkerPOptions& request,
                            block::RemoveDisabledWorkerPResponse*) {
  return parts.blocks->RemoveDisabledWorker(request.workerhostname(), request.workerwebport());
}

template <typename Request, typename Response>
void Add(const ServiceParts& parts, rpc::MethodTable* table, const char* name,
         Method<Request, Response> method) {
  MethodSpec spec;
  spec.path = std::string(kService) + name;
  AddMethod<Request, Response>(parts, table, spec, method);
}

}  // namespace

void AddBlockClientService(const ServiceParts& parts, rpc::MethodTable* table) {
  Add(parts, table, "GetBlockInfo", &GetBlockInfo);
  Add(parts, table, "GetBlockMasterInfo", &GetBlockMasterInfo);
  Add(parts, table, "GetCapacityBytes", &GetCapacityBytes);
  Add(parts, table, "GetUsedBytes", &GetUsedBytes);
  Add(parts, table, "GetWorkerInfoList", &GetWorkerInfoList);
  Add(parts, table, "GetWorkerReport", &GetWorkerReport);
  Add(parts, table, "GetWorkerLostStorage", &GetWorkerLostStorage);
  Add(parts, table, "DecommissionWorker", &DecommissionWorker);
  Add(parts, table, "RemoveDisabledWorker", &RemoveDisabledWorker);
}

}  // namespace alluxio::master
