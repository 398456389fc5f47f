// FileInfo and mount points: model <-> wire.
//
// Traps of the wire contract kept here: ttl is always written, directories are completed with
// block size 0, `persisted` agrees with the state's text, defaultAcl carries isDefault, and every
// block has a FileBlockInfo. Thread-safe: functions without state.
#pragma once

#include "base/result.h"
#include "model/file_info.h"
#include "model/fs_options.h"

namespace alluxio::grpc::file {
class FileInfo;
class MountPointInfo;
}  // namespace alluxio::grpc::file

namespace alluxio::wire {

void ToProto(const FileInfo& info, grpc::file::FileInfo* out);
// INVALID_ARGUMENT for an unknown persistence state or a malformed list.
Result<FileInfo> FromProto(const grpc::file::FileInfo& info);

void ToProto(const MountPointInfo& mount, grpc::file::MountPointInfo* out);
MountPointInfo FromProto(const grpc::file::MountPointInfo& mount);

}  // namespace alluxio::wire
