// FileSystemMasterClientService: the namespace as clients see it. One function a method.
#include "auth/user_groups.h"
#include "conf/configuration.h"
#include "master/ops/fs_operations.h"
#include "master/service/infos_got.h"
#include "master/service/list_stream.h"
#include "master/service/method_runner.h"
#include "master/service/services.h"
#include "proto/grpc/file_system_master.pb.h"
#include "wire/acl.h"
#include "wire/file_info.h"
#include "wire/fs_options.h"
#include "wire/proto_writer.h"

namespace alluxio::master {
namespace {

namespace file = ::alluxio::grpc::file;

constexpr char kService[] = "/alluxio.grpc.file.FileSystemMasterClientService/";
constexpr char kNoSyncTasks[] =
    "this master has no metadata sync tasks yet: use loadMetadata without -v2, or list the path "
    "with a sync interval of 0";

WriteType DefaultWriteType(const ServiceParts& parts) {
  std::string text = parts.conf->GetString("alluxio.user.file.writetype.default");
  file::WritePType type = file::ASYNC_THROUGH;
  file::WritePType_Parse(text, &type);
  return static_cast<WriteType>(type);
}

Status CheckAccess(const ServiceParts& parts, OpContext& context,
                   const file::CheckAccessPRequest& request, file::CheckAccessPResponse*) {
  return parts.operations->CheckAccess(context, request.path(),
                                       wire::BitsFromProto(request.options().bits()));
}

Status CheckConsistency(const ServiceParts& parts, OpContext& context,
                        const file::CheckConsistencyPRequest& request,
                        file::CheckConsistencyPResponse* response) {
  ASSIGN_OR_RETURN(InconsistentPaths paths,
                   parts.operations->CheckConsistency(context, request.path()));
  for (std::string& path : paths) response->add_inconsistentpaths(std::move(path));
  return OkStatus();
}

Status CompleteFile(const ServiceParts& parts, OpContext& context,
                    const file::CompleteFilePRequest& request, file::CompleteFilePResponse*) {
  ASSIGN_OR_RETURN(CompleteFileOptions options, wire::FromProto(request.options()));
  return parts.operations->CompleteFile(context, request.path(), options);
}

Status CreateDirectory(const ServiceParts& parts, OpContext& context,
                       const file::CreateDirectoryPRequest& request,
                       file::CreateDirectoryPResponse*) {
  ASSIGN_OR_RETURN(CreateDirectoryOptions options, wire::FromProto(request.options()));
  if (!request.options().has_writetype()) options.write_type = DefaultWriteType(parts);
  return parts.operations->CreateDirectory(context, request.path(), options);
}

Status CreateFile(const ServiceParts& parts, OpContext& context,
                  const file::CreateFilePRequest& request, wire::ProtoWriter* response) {
  ASSIGN_OR_RETURN(CreateFileOptions options, wire::FromProto(request.options()));
  if (!request.options().has_writetype()) options.write_type = DefaultWriteType(parts);
  RETURN_IF_ERROR(parts.operations->WriteCreated(context, request.path(), options, response));
  InfosGot().Add();
  return OkStatus();
}

Status Exists(const ServiceParts& parts, OpContext& context, const file::ExistsPRequest& request,
              file::ExistsPResponse* response) {
  ASSIGN_OR_RETURN(ExistsOptions options, wire::FromProto(request.options()));
  ASSIGN_OR_RETURN(bool exists, parts.operations->Exists(context, request.path(), options));
  response->set_exists(exists);
  return OkStatus();
}

Status Free(const ServiceParts& parts, OpContext& context, const file::FreePRequest& request,
            file::FreePResponse*) {
  ASSIGN_OR_RETURN(FreeOptions options, wire::FromProto(request.options()));
  return parts.operations->Free(context, request.path(), options);
}

Status GetFilePath(const ServiceParts& parts, OpContext& context,
                   const file::GetFilePathPRequest& request,
                   file::GetFilePathPResponse* response) {
  ASSIGN_OR_RETURN(std::string path, parts.operations->GetFilePath(context, request.fileid()));
  response->set_path(std::move(path));
  return OkStatus();
}

Status GetMountTable(const ServiceParts& parts, OpContext& context,
                     const file::GetMountTablePRequest& request,
                     file::GetMountTablePResponse* response) {
  bool check_ufs = !request.has_checkufs() || request.checkufs();
  Result<std::map<std::string, MountPointInfo>> mounts =
      parts.operations->GetMountTable(context, check_ufs);
  if (!mounts.ok()) return mounts.status();
  for (const auto& [path, mount] : *mounts) {
    wire::ToProto(mount, &(*response->mutable_mountpoints())[path]);
  }
  return OkStatus();
}

Status GetNewBlockIdForFile(const ServiceParts& parts, OpContext& context,
                            const file::GetNewBlockIdForFilePRequest& request,
                            file::GetNewBlockIdForFilePResponse* response) {
  ASSIGN_OR_RETURN(BlockId id, parts.operations->GetNewBlockId(context, request.path()));
  response->set_id(id);
  return OkStatus();
}

Status GetStatus(const ServiceParts& parts, OpContext& context,
                 const file::GetStatusPRequest& request, wire::ProtoWriter* response) {
  ASSIGN_OR_RETURN(GetStatusOptions options, wire::FromProto(request.options()));
  return parts.operations->WriteStatus(context, request.path(), options, response);
}

Status ListStatusPartial(const ServiceParts& parts, OpContext& context,
                         const file::ListStatusPartialPRequest& request,
                         file::ListStatusPartialPResponse* response) {
  ASSIGN_OR_RETURN(ListPageOptions options, wire::FromProto(request.options()));
  ASSIGN_OR_RETURN(ListPage page,
                   parts.operations->ListStatusPartial(context, request.path(), options));
  for (const FileInfo& info : page.entries) wire::ToProto(info, response->add_fileinfos());
  InfosGot().Add(static_cast<int64_t>(page.entries.size()));
  response->set_istruncated(page.truncated);
  response->set_filecount(page.file_count);
  return OkStatus();
}

Status Mount(const ServiceParts& parts, OpContext& context, const file::MountPRequest& request,
             file::MountPResponse*) {
  ASSIGN_OR_RETURN(MountOptions options, wire::FromProto(request.options()));
  return parts.operations->Mount(context, request.alluxiopath(), request.ufspath(), options);
}

Status Remove(const ServiceParts& parts, OpContext& context, const file::DeletePRequest& request,
              file::DeletePResponse*) {
  ASSIGN_OR_RETURN(DeleteOptions options, wire::FromProto(request.options()));
  return parts.operations->Delete(context, request.path(), options);
}

Status Rename(const ServiceParts& parts, OpContext& context, const file::RenamePRequest& request,
              file::RenamePResponse*) {
  ASSIGN_OR_RETURN(RenameOptions options, wire::FromProto(request.options()));
  return parts.operations->Rename(context, request.path(), request.dstpath(), options);
}

Status ReverseResolve(const ServiceParts& parts, OpContext& context,
                      const file::ReverseResolvePRequest& request,
                      file::ReverseResolvePResponse* response) {
  ASSIGN_OR_RETURN(std::string path,
                   parts.operations->ReverseResolve(context, request.ufsuri()));
  response->set_alluxiopath(std::move(path));
  return OkStatus();
}

Status ScheduleAsyncPersistence(const ServiceParts& parts, OpContext& context,
                                const file::ScheduleAsyncPersistencePRequest& request,
                                file::ScheduleAsyncPersistencePResponse*) {
  return parts.operations->ScheduleAsyncPersistence(context, request.path());
}

Status SetAcl(const ServiceParts& parts, OpContext& context, const file::SetAclPRequest& request,
              file::SetAclPResponse*) {
  ASSIGN_OR_RETURN(SetAclOptions options, wire::FromProto(request.options()));
  ASSIGN_OR_RETURN(std::vector<AclEntry> entries, wire::EntriesFromProto(request));
  return parts.operations->SetAcl(context, request.path(), wire::ActionFromProto(request),
                                  entries, options);
}

Status SetAttribute(const ServiceParts& parts, OpContext& context,
                    const file::SetAttributePRequest& request, file::SetAttributePResponse*) {
  ASSIGN_OR_RETURN(SetAttributeOptions options, wire::FromProto(request.options()));
  if (options.owner && options.group && !parts.groups->IsMember(*options.owner, *options.group)) {
    return FailedPrecondition("Could not update owner:group for " + request.path() + " to " +
                              *options.owner + ":" + *options.group +
                              ". alluxio.exception.status.FailedPreconditionException: Owner " +
                              *options.owner + " does not belong to the group " + *options.group);
  }
  return parts.operations->SetAttribute(context, request.path(), options);
}

Status StartSync(const ServiceParts& parts, OpContext& context,
                 const file::StartSyncPRequest& request, file::StartSyncPResponse*) {
  return parts.operations->StartSync(context, request.path());
}

Status StopSync(const ServiceParts& parts, OpContext& context,
                const file::StopSyncPRequest& request, file::StopSyncPResponse*) {
  return parts.operations->StopSync(context, request.path());
}

Status GetSyncPathList(const ServiceParts& parts, OpContext& context,
                       const file::GetSyncPathListPRequest&,
                       file::GetSyncPathListPResponse* response) {
  ASSIGN_OR_RETURN(std::vector<std::string> paths, parts.operations->GetSyncPathList(context));
  for (std::string& path : paths) {
    file::SyncPointInfo* point = response->add_syncpaths();
    point->set_syncpointuri(std::move(path));
    point->set_syncstatus(file::Not_Initially_Synced);
  }
  return OkStatus();
}

Status Unmount(const ServiceParts& parts, OpContext& context,
               const file::UnmountPRequest& request, file::UnmountPResponse*) {
  return parts.operations->Unmount(context, request.alluxiopath());
}

Status UpdateMount(const ServiceParts& parts, OpContext& context,
                   const file::UpdateMountPRequest& request, file::UpdateMountPResponse*) {
  ASSIGN_OR_RETURN(MountOptions options, wire::FromProto(request.options()));
  return parts.operations->UpdateMount(context, request.alluxiopath(), options);
}

Status UpdateUfsMode(const ServiceParts& parts, OpContext& context,
                     const file::UpdateUfsModePRequest& request, file::UpdateUfsModePResponse*) {
  UfsMode mode = UfsMode::kReadWrite;
  if (request.options().has_ufsmode()) {
    switch (request.options().ufsmode()) {
      case file::NO_ACCESS: mode = UfsMode::kNoAccess; break;
      case file::READ_ONLY: mode = UfsMode::kReadOnly; break;
      case file::READ_WRITE: mode = UfsMode::kReadWrite; break;
    }
  }
  return parts.operations->UpdateUfsMode(context, request.ufspath(), mode);
}

// There is no state lock that calls could hold, so the answer is always that nobody does.
Status GetStateLockHolders(const ServiceParts&, OpContext&,
                           const file::GetStateLockHoldersPRequest&,
                           file::GetStateLockHoldersPResponse*) {
  return OkStatus();
}

Status NeedsSync(const ServiceParts& parts, OpContext& context,
                 const file::NeedsSyncRequest& request, file::NeedsSyncResponse*) {
  return parts.operations->NeedsSync(context, request.path());
}

MethodSpec Spec(const char* name, const char* audit_command, RunKind run) {
  MethodSpec spec;
  spec.path = std::string(kService) + name;
  spec.audit_command = audit_command;
  spec.run = run;
  return spec;
}

}  // namespace

void AddFsClientService(const ServiceParts& parts, rpc::MethodTable* table) {
#define FS_METHOD(name, audit_command, run)                                  \
  AddMethod<file::name##PRequest, file::name##PResponse>(                    \
      parts, table, Spec(#name, audit_command, RunKind::run), &name);
#include "master/service/fs_methods.def"
#undef FS_METHOD
  AddMethod<file::CreateFilePRequest, wire::ProtoWriter>(
      parts, table, Spec("CreateFile", "createFile", RunKind::kInline), &CreateFile);
  AddMethod<file::GetStatusPRequest, wire::ProtoWriter>(
      parts, table, Spec("GetStatus", "getFileInfo", RunKind::kInline), &GetStatus);
  AddMethod<file::DeletePRequest, file::DeletePResponse>(
      parts, table, Spec("Remove", "delete", RunKind::kInline), &Remove);
  AddMethod<file::NeedsSyncRequest, file::NeedsSyncResponse>(
      parts, table, Spec("NeedsSync", "needsSync", RunKind::kInline), &NeedsSync);
  AddListStatus(parts, table, std::string(kService) + "ListStatus");
  AddLoadJobMethods(parts, table);
  for (const char* name :
       {"SyncMetadata", "SyncMetadataAsync", "GetSyncProgress", "CancelSyncMetadata"}) {
    AddMissing(table, std::string(kService) + name, kNoSyncTasks);
  }
}

}  // namespace alluxio::master
