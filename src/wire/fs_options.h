// Options of namespace operations: model <-> wire, one pair a message.
//
// Presence is meaning: an absent interval, TTL or mode asks for the server's default, so absent
// stays absent in both directions. FromProto refuses what no server could honour with
// INVALID_ARGUMENT. Thread-safe: functions without state.
#pragma once

#include "base/result.h"
#include "model/fs_options.h"

namespace alluxio::grpc::file {
class CompleteFilePOptions;
class CreateDirectoryPOptions;
class CreateFilePOptions;
class DeletePOptions;
class ExistsPOptions;
class FileSystemMasterCommonPOptions;
class FreePOptions;
class GetStatusPOptions;
class ListStatusPartialPOptions;
class ListStatusPOptions;
class MountPOptions;
class RenamePOptions;
class SetAclPOptions;
class SetAttributePOptions;
}  // namespace alluxio::grpc::file

namespace alluxio::wire {

void ToProto(const CommonOptions& options, grpc::file::FileSystemMasterCommonPOptions* out);
CommonOptions FromProto(const grpc::file::FileSystemMasterCommonPOptions& options);

void ToProto(const GetStatusOptions& options, grpc::file::GetStatusPOptions* out);
Result<GetStatusOptions> FromProto(const grpc::file::GetStatusPOptions& options);

void ToProto(const ListStatusOptions& options, grpc::file::ListStatusPOptions* out);
Result<ListStatusOptions> FromProto(const grpc::file::ListStatusPOptions& options);

void ToProto(const ListPageOptions& options, grpc::file::ListStatusPartialPOptions* out);
Result<ListPageOptions> FromProto(const grpc::file::ListStatusPartialPOptions& options);

void ToProto(const ExistsOptions& options, grpc::file::ExistsPOptions* out);
Result<ExistsOptions> FromProto(const grpc::file::ExistsPOptions& options);

void ToProto(const CreateFileOptions& options, grpc::file::CreateFilePOptions* out);
Result<CreateFileOptions> FromProto(const grpc::file::CreateFilePOptions& options);

void ToProto(const CompleteFileOptions& options, grpc::file::CompleteFilePOptions* out);
Result<CompleteFileOptions> FromProto(const grpc::file::CompleteFilePOptions& options);

void ToProto(const CreateDirectoryOptions& options, grpc::file::CreateDirectoryPOptions* out);
Result<CreateDirectoryOptions> FromProto(const grpc::file::CreateDirectoryPOptions& options);

void ToProto(const DeleteOptions& options, grpc::file::DeletePOptions* out);
Result<DeleteOptions> FromProto(const grpc::file::DeletePOptions& options);

void ToProto(const RenameOptions& options, grpc::file::RenamePOptions* out);
Result<RenameOptions> FromProto(const grpc::file::RenamePOptions& options);

void ToProto(const FreeOptions& options, grpc::file::FreePOptions* out);
Result<FreeOptions> FromProto(const grpc::file::FreePOptions& options);

// On the wire an empty xattr map and an absent one look the same: with TRUNCATE sent explicitly
// an empty map means "drop all", otherwise it means "leave alone".
void ToProto(const SetAttributeOptions& options, grpc::file::SetAttributePOptions* out);
Result<SetAttributeOptions> FromProto(const grpc::file::SetAttributePOptions& options);

void ToProto(const SetAclOptions& options, grpc::file::SetAclPOptions* out);
Result<SetAclOptions> FromProto(const grpc::file::SetAclPOptions& options);

void ToProto(const MountOptions& options, grpc::file::MountPOptions* out);
Result<MountOptions> FromProto(const grpc::file::MountPOptions& options);

}  // namespace alluxio::wire
