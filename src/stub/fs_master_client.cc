#include "stub/fs_master_client.h"

#include "proto/grpc/file_system_master.pb.h"
#include "wire/acl.h"
#include "wire/file_info.h"
#include "wire/fs_options.h"

namespace alluxio::stub {

namespace fs = grpc::file;

namespace {

constexpr char kLoadJob[] = "load";

}  // namespace

Status FileSystemMasterClient::Call(const char* method,
                                    const google::protobuf::MessageLite& request,
                                    google::protobuf::MessageLite* response) {
  return connection_->Call(MasterService::kFileSystemClient, method, request, response);
}

CommonOptions FileSystemMasterClient::Identified(const CommonOptions& options) {
  CommonOptions identified = options;
  if (!identified.operation_id) {
    Rng& rng = connection_->rng();
    identified.operation_id =
        OperationId{static_cast<int64_t>(rng.Next()), static_cast<int64_t>(rng.Next())};
  }
  return identified;
}

Result<FileInfo> FileSystemMasterClient::GetStatus(const std::string& path,
                                                   const GetStatusOptions& options) {
  fs::GetStatusPRequest request;
  request.set_path(path);
  wire::ToProto(options, request.mutable_options());
  fs::GetStatusPResponse response;
  RETURN_IF_ERROR(Call("GetStatus", request, &response));
  return wire::FromProto(response.fileinfo());
}

Status FileSystemMasterClient::ListStatus(const std::string& path,
                                          const ListStatusOptions& options, const Batch& batch) {
  fs::ListStatusPRequest request;
  request.set_path(path);
  wire::ToProto(options, request.mutable_options());
  return connection_->ServerStream(
      MasterService::kFileSystemClient, "ListStatus", request,
      [&batch, &path](const Bytes& bytes) -> Status {
        fs::ListStatusPResponse response;
        if (!response.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
          return InternalError("list " + path + ": the answer is not a ListStatusPResponse");
        }
        std::vector<FileInfo> entries;
        entries.reserve(response.fileinfos_size());
        for (const fs::FileInfo& info : response.fileinfos()) {
          ASSIGN_OR_RETURN(FileInfo entry, wire::FromProto(info));
          entries.push_back(std::move(entry));
        }
        return entries.empty() ? OkStatus() : batch(std::move(entries));
      });
}

Result<std::vector<FileInfo>> FileSystemMasterClient::ListAll(const std::string& path,
                                                              const ListStatusOptions& options) {
  std::vector<FileInfo> all;
  RETURN_IF_ERROR(ListStatus(path, options, [&all](std::vector<FileInfo> entries) {
    for (FileInfo& entry : entries) all.push_back(std::move(entry));
    return OkStatus();
  }));
  return all;
}

Result<ListPage> FileSystemMasterClient::ListStatusPage(const std::string& path,
                                                        const ListPageOptions& options) {
  fs::ListStatusPartialPRequest request;
  request.set_path(path);
  wire::ToProto(options, request.mutable_options());
  fs::ListStatusPartialPResponse response;
  RETURN_IF_ERROR(Call("ListStatusPartial", request, &response));
  ListPage page;
  page.truncated = response.istruncated();
  page.file_count = response.filecount();
  for (const fs::FileInfo& info : response.fileinfos()) {
    ASSIGN_OR_RETURN(FileInfo entry, wire::FromProto(info));
    page.entries.push_back(std::move(entry));
  }
  return page;
}

Result<bool> FileSystemMasterClient::Exists(const std::string& path,
                                            const ExistsOptions& options) {
  fs::ExistsPRequest request;
  request.set_path(path);
  wire::ToProto(options, request.mutable_options());
  fs::ExistsPResponse response;
  RETURN_IF_ERROR(Call("Exists", request, &response));
  return response.exists();
}

Status FileSystemMasterClient::CheckAccess(const std::string& path, Bits bits) {
  fs::CheckAccessPRequest request;
  request.set_path(path);
  request.mutable_options()->set_bits(static_cast<grpc::Bits>(wire::BitsToProto(bits)));
  fs::CheckAccessPResponse response;
  return Call("CheckAccess", request, &response);
}

Result<std::vector<std::string>> FileSystemMasterClient::CheckConsistency(
    const std::string& path, const CommonOptions& options) {
  fs::CheckConsistencyPRequest request;
  request.set_path(path);
  wire::ToProto(options, request.mutable_options()->mutable_commonoptions());
  fs::CheckConsistencyPResponse response;
  RETURN_IF_ERROR(Call("CheckConsistency", request, &response));
  return std::vector<std::string>(response.inconsistentpaths().begin(),
                                  response.inconsistentpaths().end());
}

Result<FileInfo> FileSystemMasterClient::CreateFile(const std::string& path,
                                                    const CreateFileOptions& options) {
  CreateFileOptions identified = options;
  identified.common = Identified(options.common);
  fs::CreateFilePRequest request;
  request.set_path(path);
  wire::ToProto(identified, request.mutable_options());
  fs::CreateFilePResponse response;
  RETURN_IF_ERROR(Call("CreateFile", request, &response));
  return wire::FromProto(response.fileinfo());
}

Status FileSystemMasterClient::CompleteFile(const std::string& path,
                                            const CompleteFileOptions& options) {
  CompleteFileOptions identified = options;
  identified.common = Identified(options.common);
  fs::CompleteFilePRequest request;
  request.set_path(path);
  wire::ToProto(identified, request.mutable_options());
  fs::CompleteFilePResponse response;
  return Call("CompleteFile", request, &response);
}

Result<BlockId> FileSystemMasterClient::GetNewBlockId(const std::string& path) {
  fs::GetNewBlockIdForFilePRequest request;
  request.set_path(path);
  request.mutable_options();
  fs::GetNewBlockIdForFilePResponse response;
  RETURN_IF_ERROR(Call("GetNewBlockIdForFile", request, &response));
  return response.id();
}

Status FileSystemMasterClient::CreateDirectory(const std::string& path,
                                               const CreateDirectoryOptions& options) {
  CreateDirectoryOptions identified = options;
  identified.common = Identified(options.common);
  fs::CreateDirectoryPRequest request;
  request.set_path(path);
  wire::ToProto(identified, request.mutable_options());
  fs::CreateDirectoryPResponse response;
  return Call("CreateDirectory", request, &response);
}

Status FileSystemMasterClient::Remove(const std::string& path, const DeleteOptions& options) {
  DeleteOptions identified = options;
  identified.common = Identified(options.common);
  fs::DeletePRequest request;
  request.set_path(path);
  wire::ToProto(identified, request.mutable_options());
  fs::DeletePResponse response;
  return Call("Remove", request, &response);
}

Status FileSystemMasterClient::Rename(const std::string& from, const std::string& to,
                                      const RenameOptions& options) {
  RenameOptions identified = options;
  identified.common = Identified(options.common);
  fs::RenamePRequest request;
  request.set_path(from);
  request.set_dstpath(to);
  wire::ToProto(identified, request.mutable_options());
  fs::RenamePResponse response;
  return Call("Rename", request, &response);
}

Status FileSystemMasterClient::SetAttribute(const std::string& path,
                                            const SetAttributeOptions& options) {
  SetAttributeOptions identified = options;
  identified.common = Identified(options.common);
  fs::SetAttributePRequest request;
  request.set_path(path);
  wire::ToProto(identified, request.mutable_options());
  fs::SetAttributePResponse response;
  return Call("SetAttribute", request, &response);
}

Status FileSystemMasterClient::SetAcl(const std::string& path, SetAclAction action,
                                      const std::vector<AclEntry>& entries,
                                      const SetAclOptions& options) {
  fs::SetAclPRequest request;
  request.set_path(path);
  wire::ActionToProto(action, &request);
  for (const AclEntry& entry : entries) wire::ToProto(entry, request.add_entries());
  wire::ToProto(options, request.mutable_options());
  fs::SetAclPResponse response;
  return Call("SetAcl", request, &response);
}

Status FileSystemMasterClient::Free(const std::string& path, const FreeOptions& options) {
  fs::FreePRequest request;
  request.set_path(path);
  wire::ToProto(options, request.mutable_options());
  fs::FreePResponse response;
  return Call("Free", request, &response);
}

Status FileSystemMasterClient::ScheduleAsyncPersistence(const std::string& path,
                                                        int64_t wait_ms) {
  fs::ScheduleAsyncPersistencePRequest request;
  request.set_path(path);
  request.mutable_options()->set_persistencewaittime(wait_ms);
  fs::ScheduleAsyncPersistencePResponse response;
  return Call("ScheduleAsyncPersistence", request, &response);
}

Status FileSystemMasterClient::Mount(const std::string& path, const std::string& ufs_uri,
                                     const MountOptions& options) {
  fs::MountPRequest request;
  request.set_alluxiopath(path);
  request.set_ufspath(ufs_uri);
  wire::ToProto(options, request.mutable_options());
  fs::MountPResponse response;
  return Call("Mount", request, &response);
}

Status FileSystemMasterClient::Unmount(const std::string& path) {
  fs::UnmountPRequest request;
  request.set_alluxiopath(path);
  request.mutable_options();
  fs::UnmountPResponse response;
  return Call("Unmount", request, &response);
}

Status FileSystemMasterClient::UpdateMount(const std::string& path, const MountOptions& options) {
  fs::UpdateMountPRequest request;
  request.set_alluxiopath(path);
  wire::ToProto(options, request.mutable_options());
  fs::UpdateMountPResponse response;
  return Call("UpdateMount", request, &response);
}

Result<std::map<std::string, MountPointInfo>> FileSystemMasterClient::GetMountTable(
    bool check_ufs) {
  fs::GetMountTablePRequest request;
  request.set_checkufs(check_ufs);
  fs::GetMountTablePResponse response;
  RETURN_IF_ERROR(Call("GetMountTable", request, &response));
  std::map<std::string, MountPointInfo> table;
  for (const auto& [path, mount] : response.mountpoints()) table[path] = wire::FromProto(mount);
  return table;
}

Status FileSystemMasterClient::UpdateUfsMode(const std::string& ufs_uri, UfsMode mode) {
  fs::UpdateUfsModePRequest request;
  request.set_ufspath(ufs_uri);
  request.mutable_options()->set_ufsmode(static_cast<fs::UfsPMode>(mode));
  fs::UpdateUfsModePResponse response;
  return Call("UpdateUfsMode", request, &response);
}

Result<std::string> FileSystemMasterClient::ReverseResolve(const std::string& ufs_uri) {
  fs::ReverseResolvePRequest request;
  request.set_ufsuri(ufs_uri);
  fs::ReverseResolvePResponse response;
  RETURN_IF_ERROR(Call("ReverseResolve", request, &response));
  return response.alluxiopath();
}

Status FileSystemMasterClient::StartSync(const std::string& path) {
  fs::StartSyncPRequest request;
  request.set_path(path);
  fs::StartSyncPResponse response;
  return Call("StartSync", request, &response);
}

Status FileSystemMasterClient::StopSync(const std::string& path) {
  fs::StopSyncPRequest request;
  request.set_path(path);
  fs::StopSyncPResponse response;
  return Call("StopSync", request, &response);
}

Result<std::vector<std::string>> FileSystemMasterClient::GetSyncPathList() {
  fs::GetSyncPathListPResponse response;
  RETURN_IF_ERROR(Call("GetSyncPathList", fs::GetSyncPathListPRequest(), &response));
  std::vector<std::string> paths;
  for (const fs::SyncPointInfo& point : response.syncpaths()) {
    paths.push_back(point.syncpointuri());
  }
  return paths;
}

Status FileSystemMasterClient::NeedsSync(const std::string& path) {
  fs::NeedsSyncRequest request;
  request.set_path(path);
  fs::NeedsSyncResponse response;
  return Call("NeedsSync", request, &response);
}

Result<std::string> FileSystemMasterClient::SubmitJob(const std::string& body) {
  fs::SubmitJobPRequest request;
  request.set_request_body(body);
  fs::SubmitJobPResponse response;
  RETURN_IF_ERROR(Call("submitJob", request, &response));
  return response.jobid();
}

Result<bool> FileSystemMasterClient::StopLoadJob(const std::string& path) {
  fs::StopJobPRequest request;
  request.mutable_jobdescription()->set_type(kLoadJob);
  request.mutable_jobdescription()->set_path(path);
  fs::StopJobPResponse response;
  RETURN_IF_ERROR(Call("StopJob", request, &response));
  return response.jobstopped();
}

Result<std::string> FileSystemMasterClient::LoadJobProgress(const std::string& path,
                                                            const JobProgressOptions& options) {
  fs::GetJobProgressPRequest request;
  request.mutable_jobdescription()->set_type(kLoadJob);
  request.mutable_jobdescription()->set_path(path);
  request.mutable_options()->set_format(options.json ? fs::JSON : fs::TEXT);
  request.mutable_options()->set_verbose(options.verbose);
  fs::GetJobProgressPResponse response;
  RETURN_IF_ERROR(Call("GetJobProgress", request, &response));
  return response.progressreport();
}

Result<std::string> FileSystemMasterClient::GetFilePath(InodeId file) {
  fs::GetFilePathPRequest request;
  request.set_fileid(file);
  fs::GetFilePathPResponse response;
  RETURN_IF_ERROR(Call("GetFilePath", request, &response));
  return response.path();
}

Result<std::vector<std::string>> FileSystemMasterClient::GetStateLockHolders() {
  fs::GetStateLockHoldersPResponse response;
  RETURN_IF_ERROR(Call("GetStateLockHolders", fs::GetStateLockHoldersPRequest(), &response));
  return std::vector<std::string>(response.threads().begin(), response.threads().end());
}

}  // namespace alluxio::stub
