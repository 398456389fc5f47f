// FileSystemMasterWorkerService and FileSystemMasterJobService: what workers ask the namespace.
#include "master/block/block_master.h"
#include "master/chores/persist_queue.h"
#include "master/mount/mount_table.h"
#include "master/ops/fs_operations.h"
#include "master/service/method_runner.h"
#include "master/service/services.h"
#include "proto/grpc/common.pb.h"
#include "proto/grpc/file_system_master.pb.h"
#include "wire/block_info.h"
#include "wire/file_info.h"

namespace alluxio::master {
namespace {

namespace file = ::alluxio::grpc::file;

constexpr char kWorker[] = "/alluxio.grpc.file.FileSystemMasterWorkerService/";
constexpr char kJob[] = "/alluxio.grpc.file.FileSystemMasterJobService/";

void WriteTicket(const PersistTicket& ticket, file::PersistFile* out) {
  out->set_fileid(ticket.file_id);
  out->set_mount_id(ticket.mount_id);
  out->set_temp_ufs_path(ticket.temp_ufs_path);
  out->set_length(ticket.length);
  out->set_owner(ticket.owner);
  out->set_group(ticket.group);
  out->set_mode(ticket.mode.bits);
  for (const BlockInfo& block : ticket.blocks) {
    out->add_blockids(block.id);
    wire::ToProto(block, out->add_blocks());
  }
}

Status FileSystemHeartbeat(const ServiceParts& parts, OpContext& context,
                           const file::FileSystemHeartbeatPRequest& request,
                           file::FileSystemHeartbeatPResponse* response) {
  const file::FileSystemHeartbeatPOptions& options = request.options();
  WorkerId worker = request.workerid();
  for (InodeId id : request.persistedfiles()) parts.persist->Persisted(worker, id);
  for (int i = 0; i < options.failed_files_size(); ++i) {
    bool explained = i < options.failure_reasons_size();
    parts.persist->Failed(context, worker, options.failed_files(i),
                          explained ? options.failure_reasons(i) : "the worker gave no reason");
  }
  file::FileSystemCommand* command = response->mutable_command();
  command->set_commandtype(grpc::Persist);
  auto* files = command->mutable_commandoptions()->mutable_persistoptions();
  // After a restart a worker still reports under its former id; the answer would come from another.
  if (!parts.blocks->AddressOf(worker)) return OkStatus();
  for (const PersistTicket& ticket : parts.persist->TakeFor(worker)) {
    WriteTicket(ticket, files->add_persistfiles());
  }
  return OkStatus();
}

Status GetFileInfo(const ServiceParts& parts, OpContext& context,
                   const file::GetFileInfoPRequest& request,
                   file::GetFileInfoPResponse* response) {
  ASSIGN_OR_RETURN(FileInfo info, parts.operations->GetStatusById(context, request.fileid()));
  wire::ToProto(info, response->mutable_fileinfo());
  return OkStatus();
}

Status GetPinnedFileIds(const ServiceParts& parts, OpContext& context,
                        const file::GetPinnedFileIdsPRequest&,
                        file::GetPinnedFileIdsPResponse* response) {
  ASSIGN_OR_RETURN(std::vector<InodeId> ids, parts.operations->GetPinnedFileIds(context));
  for (InodeId id : ids) response->add_pinnedfileids(id);
  return OkStatus();
}

Status GetUfsInfo(const ServiceParts& parts, OpContext& context,
                  const file::GetUfsInfoPRequest& request,
                  file::GetUfsInfoPResponse* response) {
  MountPointPtr mount = parts.mounts->FindById(request.mountid());
  context.SawPosition(parts.journal->appended());
  if (mount == nullptr) {
    return NotFound("mount id " + std::to_string(request.mountid()) + ": no such mount");
  }
  file::UfsInfo* info = response->mutable_ufsinfo();
  info->set_uri(mount->ufs_uri);
  info->mutable_properties()->set_readonly(mount->read_only);
  info->mutable_properties()->set_shared(mount->shared);
  for (const auto& [name, value] : mount->properties) {
    (*info->mutable_properties()->mutable_properties())[name] = value;
  }
  return OkStatus();
}

MethodSpec Spec(const std::string& service, const char* name, RunKind run) {
  MethodSpec spec;
  spec.path = service + name;
  spec.run = run;
  return spec;
}

}  // namespace

void AddFsWorkerService(const ServiceParts& parts, rpc::MethodTable* table) {
  AddMethod<file::FileSystemHeartbeatPRequest, file::FileSystemHeartbeatPResponse>(
      parts, table, Spec(kWorker, "FileSystemHeartbeat", RunKind::kBlocking),
      &FileSystemHeartbeat);
  AddMethod<file::GetPinnedFileIdsPRequest, file::GetPinnedFileIdsPResponse>(
      parts, table, Spec(kWorker, "GetPinnedFileIds", RunKind::kInline), &GetPinnedFileIds);
  for (const char* service : {kWorker, kJob}) {
    AddMethod<file::GetFileInfoPRequest, file::GetFileInfoPResponse>(
        parts, table, Spec(service, "GetFileInfo", RunKind::kInline), &GetFileInfo);
    AddMethod<file::GetUfsInfoPRequest, file::GetUfsInfoPResponse>(
        parts, table, Spec(service, "GetUfsInfo", RunKind::kInline), &GetUfsInfo);
  }
}

}  // namespace alluxio::master
