#include "stub/fs_master_worker_client.h"

#include "proto/grpc/file_system_master.pb.h"
#include "wire/block_info.h"
#include "wire/file_info.h"
#include "wire/fs_options.h"

namespace alluxio::stub {

namespace fs = grpc::file;

namespace {

PersistOrder OrderOf(const fs::PersistFile& from) {
  PersistOrder order;
  order.file_id = from.fileid();
  order.mount_id = from.mount_id();
  order.temp_ufs_path = from.temp_ufs_path();
  order.length = from.length();
  for (const grpc::BlockInfo& block : from.blocks()) {
    order.blocks.push_back(wire::FromProto(block));
  }
  order.owner = from.owner();
  order.group = from.group();
  order.mode = Mode{static_cast<uint16_t>(from.mode() & 0777)};
  return order;
}

}  // namespace

Status FileSystemMasterWorkerClient::Call(const char* method,
                                          const google::protobuf::MessageLite& request,
                                          google::protobuf::MessageLite* response) {
  return connection_->Call(MasterService::kFileSystemWorker, method, request, response);
}

Result<std::vector<PersistOrder>> FileSystemMasterWorkerClient::Heartbeat(
    WorkerId worker, const std::vector<PersistedFile>& persisted,
    const std::vector<FailedFile>& failed) {
  fs::FileSystemHeartbeatPRequest request;
  request.set_workerid(worker);
  fs::FileSystemHeartbeatPOptions* options = request.mutable_options();
  for (const PersistedFile& file : persisted) {
    request.add_persistedfiles(file.file_id);
    options->add_persistedfilefingerprints(file.fingerprint);
  }
  for (const FailedFile& file : failed) {
    options->add_failed_files(file.file_id);
    options->add_failure_reasons(file.reason);
  }
  fs::FileSystemHeartbeatPResponse response;
  RETURN_IF_ERROR(connection_->Call(MasterService::kFileSystemWorker, "FileSystemHeartbeat",
                                    request, &response, Attempts::kOne));
  std::vector<PersistOrder> orders;
  if (response.command().commandtype() != grpc::Persist) return orders;
  const auto& files = response.command().commandoptions().persistoptions().persistfiles();
  for (const fs::PersistFile& file : files) orders.push_back(OrderOf(file));
  return orders;
}

Result<std::vector<InodeId>> FileSystemMasterWorkerClient::GetPinnedFileIds() {
  fs::GetPinnedFileIdsPRequest request;
  request.mutable_options();
  fs::GetPinnedFileIdsPResponse response;
  RETURN_IF_ERROR(Call("GetPinnedFileIds", request, &response));
  return std::vector<InodeId>(response.pinnedfileids().begin(), response.pinnedfileids().end());
}

Result<UfsMountInfo> FileSystemMasterWorkerClient::GetUfsInfo(MountId mount) {
  fs::GetUfsInfoPRequest request;
  request.set_mountid(mount);
  fs::GetUfsInfoPResponse response;
  RETURN_IF_ERROR(Call("GetUfsInfo", request, &response));
  // The master answers an unknown mount with an empty message.
  if (response.ufsinfo().uri().empty()) {
    return NotFound("mount " + std::to_string(mount) + ": not known to the master");
  }
  ASSIGN_OR_RETURN(MountOptions options, wire::FromProto(response.ufsinfo().properties()));
  return UfsMountInfo{response.ufsinfo().uri(), std::move(options)};
}

Result<FileInfo> FileSystemMasterWorkerClient::GetFileInfo(InodeId file) {
  fs::GetFileInfoPRequest request;
  request.set_fileid(file);
  fs::GetFileInfoPResponse response;
  RETURN_IF_ERROR(Call("GetFileInfo", request, &response));
  return wire::FromProto(response.fileinfo());
}

}  // namespace alluxio::stub
