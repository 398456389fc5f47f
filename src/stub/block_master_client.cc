#include "stub/block_master_client.h"

#include "proto/grpc/block_master.pb.h"
#include "wire/block_info.h"

namespace alluxio::stub {

namespace block = grpc::block;

namespace {

std::vector<WorkerInfo> Workers(const block::GetWorkerInfoListPResponse& response) {
  std::vector<WorkerInfo> workers;
  workers.reserve(response.workerinfos_size());
  for (const block::WorkerInfo& worker : response.workerinfos()) {
    workers.push_back(wire::FromProto(worker));
  }
  return workers;
}

}  // namespace

Status BlockMasterClient::Call(const char* method, const google::protobuf::MessageLite& request,
                               google::protobuf::MessageLite* response) {
  return connection_->Call(MasterService::kBlockClient, method, request, response);
}

Result<std::vector<WorkerInfo>> BlockMasterClient::GetWorkerList() {
  block::GetWorkerInfoListPResponse response;
  RETURN_IF_ERROR(Call("GetWorkerInfoList", block::GetWorkerInfoListPOptions(), &response));
  return Workers(response);
}

Result<std::vector<WorkerInfo>> BlockMasterClient::GetWorkerReport(
    const WorkerReportOptions& options) {
  block::GetWorkerReportPOptions request;
  request.set_workerrange(static_cast<block::WorkerRange>(options.range));
  for (const std::string& host : options.hosts) request.add_addresses(host);
  for (int field = block::WorkerInfoField_MIN; field <= block::WorkerInfoField_MAX; ++field) {
    request.add_fieldranges(static_cast<block::WorkerInfoField>(field));
  }
  block::GetWorkerInfoListPResponse response;
  RETURN_IF_ERROR(Call("GetWorkerReport", request, &response));
  return Workers(response);
}

Result<std::vector<LostStorage>> BlockMasterClient::GetLostStorage() {
  block::GetWorkerLostStoragePResponse response;
  RETURN_IF_ERROR(Call("GetWorkerLostStorage", block::GetWorkerLostStoragePOptions(), &response));
  std::vector<LostStorage> all;
  for (const block::WorkerLostStorageInfo& info : response.workerloststorageinfo()) {
    LostStorage& lost = all.emplace_back();
    lost.address = wire::FromProto(info.address());
    for (const auto& [tier, list] : info.loststorage()) {
      lost.paths[tier].assign(list.storage().begin(), list.storage().end());
    }
  }
  return all;
}

Result<int64_t> BlockMasterClient::GetCapacityBytes() {
  block::GetCapacityBytesPResponse response;
  RETURN_IF_ERROR(Call("GetCapacityBytes", block::GetCapacityBytesPOptions(), &response));
  return response.bytes();
}

Result<int64_t> BlockMasterClient::GetUsedBytes() {
  block::GetUsedBytesPResponse response;
  RETURN_IF_ERROR(Call("GetUsedBytes", block::GetUsedBytesPOptions(), &response));
  return response.bytes();
}

Result<BlockInfo> BlockMasterClient::GetBlockInfo(BlockId id) {
  block::GetBlockInfoPRequest request;
  request.set_blockid(id);
  block::GetBlockInfoPResponse response;
  RETURN_IF_ERROR(Call("GetBlockInfo", request, &response));
  return wire::FromProto(response.blockinfo());
}

Result<wire::BlockMasterTotals> BlockMasterClient::GetBlockMasterInfo() {
  block::GetBlockMasterInfoPResponse response;
  RETURN_IF_ERROR(Call("GetBlockMasterInfo", block::GetBlockMasterInfoPOptions(), &response));
  return wire::FromProto(response.blockmasterinfo());
}

Status BlockMasterClient::DecommissionWorker(const std::string& host, int web_port,
                                             bool may_return) {
  block::DecommissionWorkerPOptions request;
  request.set_workerhostname(host);
  if (web_port != 0) request.set_workerwebport(web_port);
  request.set_canregisteragain(may_return);
  block::DecommissionWorkerPResponse response;
  return Call("DecommissionWorker", request, &response);
}

Status BlockMasterClient::RemoveDisabledWorker(const std::string& host, int web_port) {
  block::RemoveDisabledWorkerPOptions request;
  request.set_workerhostname(host);
  if (web_port != 0) request.set_workerwebport(web_port);
  block::RemoveDisabledWorkerPResponse response;
  return Call("RemoveDisabledWorker", request, &response);
}

}  // namespace alluxio::stub
