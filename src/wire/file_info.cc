#include "wire/file_info.h"

#include "proto/grpc/common.pb.h"
#include "proto/grpc/file_system_master.pb.h"
#include "wire/acl.h"
#include "wire/block_info.h"

namespace alluxio::wire {
namespace {

void WriteAcls(const FileInfo& info, grpc::file::FileInfo* out) {
  WireAcl access;
  access.owner = info.owner;
  access.group = info.group;
  access.mode = info.mode;
  access.extended = info.acl;
  ToProto(access, out->mutable_acl());
  if (!info.default_acl) return;
  WireAcl inherited;
  inherited.owner = info.owner;
  inherited.group = info.group;
  inherited.mode = info.default_acl->mode;
  inherited.extended = info.default_acl->extended;
  inherited.is_default = true;
  ToProto(inherited, out->mutable_defaultacl());
}

Status ReadAcls(const grpc::file::FileInfo& info, FileInfo* out) {
  if (info.has_acl()) {
    ASSIGN_OR_RETURN(WireAcl access, FromProto(info.acl()));
    out->acl = std::move(access.extended);
  }
  if (info.has_defaultacl() && !info.defaultacl().isdefaultempty()) {
    ASSIGN_OR_RETURN(WireAcl inherited, FromProto(info.defaultacl()));
    DefaultAcl acl;
    acl.mode = inherited.mode;
    acl.extended = std::move(inherited.extended);
    out->default_acl = std::move(acl);
  }
  return OkStatus();
}

void WriteBlocks(const FileInfo& info, grpc::file::FileInfo* out) {
  for (BlockId block : info.block_ids) out->add_blockids(block);
  for (const FileBlockInfo& block : info.blocks) ToProto(block, out->add_fileblockinfos());
}

}  // namespace

void ToProto(const FileInfo& info, grpc::file::FileInfo* out) {
  out->set_fileid(info.id);
  out->set_name(info.name);
  out->set_path(info.path);
  out->set_ufspath(info.ufs_path);
  out->set_length(info.length);
  out->set_blocksizebytes(info.folder ? 0 : info.block_size);
  out->set_creationtimems(info.creation_time_ms);
  out->set_completed(info.folder || info.completed);
  out->set_folder(info.folder);
  out->set_pinned(info.pinned);
  out->set_cacheable(info.cacheable);
  out->set_persisted(info.persistence == PersistenceState::kPersisted);
  out->set_persistencestate(PersistenceStateText(info.persistence));
  out->set_lastmodificationtimems(info.modification_time_ms);
  out->set_lastaccesstimems(info.access_time_ms);
  out->set_ttl(info.ttl_ms);
  out->set_ttlaction(static_cast<grpc::TtlAction>(info.ttl_action));
  out->set_owner(info.owner);
  out->set_group(info.group);
  out->set_mode(info.mode.bits);
  out->set_mountpoint(info.mount_point);
  out->set_mountid(info.mount_id);
  out->set_inalluxiopercentage(info.in_alluxio_percentage);
  out->set_inmemorypercentage(info.in_memory_percentage);
  out->set_ufsfingerprint(info.ufs_fingerprint);
  out->set_replicationmax(info.replication_max);
  out->set_replicationmin(info.replication_min);
  WriteAcls(info, out);
  WriteBlocks(info, out);
  for (const auto& [name, value] : info.xattr) (*out->mutable_xattr())[name] = value;
  for (const std::string& medium : info.media) out->add_mediumtype(medium);
}

Result<FileInfo> FromProto(const grpc::file::FileInfo& info) {
  FileInfo out;
  out.id = info.fileid();
  out.name = info.name();
  out.path = info.path();
  out.ufs_path = info.ufspath();
  out.length = info.length();
  out.block_size = info.blocksizebytes();
  out.creation_time_ms = info.creationtimems();
  out.modification_time_ms = info.lastmodificationtimems();
  out.access_time_ms = info.lastaccesstimems();
  out.completed = info.completed();
  out.folder = info.folder();
  out.pinned = info.pinned();
  out.cacheable = info.has_cacheable() ? info.cacheable() : true;
  out.mount_point = info.mountpoint();
  std::optional<PersistenceState> state = ParsePersistenceState(info.persistencestate());
  if (!state) {
    return InvalidArgument("file " + info.path() + ": unknown persistence state \"" +
                           info.persistencestate() + "\"");
  }
  out.persistence = *state;
  out.block_ids.assign(info.blockids().begin(), info.blockids().end());
  out.blocks.reserve(static_cast<size_t>(info.fileblockinfos_size()));
  for (const grpc::file::FileBlockInfo& block : info.fileblockinfos()) {
    out.blocks.push_back(FromProto(block));
  }
  out.in_memory_percentage = info.inmemorypercentage();
  out.in_alluxio_percentage = info.inalluxiopercentage();
  out.ttl_ms = info.has_ttl() ? info.ttl() : kNoTtl;
  out.ttl_action = static_cast<TtlAction>(info.ttlaction());
  out.owner = info.owner();
  out.group = info.group();
  out.mode = Mode{static_cast<uint16_t>(info.mode() & 0777)};
  out.mount_id = info.mountid();
  out.ufs_fingerprint = info.ufsfingerprint();
  RETURN_IF_ERROR(ReadAcls(info, &out));
  out.replication_min = info.replicationmin();
  out.replication_max = info.has_replicationmax() ? info.replicationmax() : -1;
  out.media.assign(info.mediumtype().begin(), info.mediumtype().end());
  for (const auto& [name, value] : info.xattr()) out.xattr[name] = value;
  return out;
}

void ToProto(const MountPointInfo& mount, grpc::file::MountPointInfo* out) {
  out->set_ufsuri(mount.ufs_uri);
  out->set_ufstype(mount.ufs_type);
  out->set_ufscapacitybytes(mount.ufs_capacity_bytes);
  out->set_ufsusedbytes(mount.ufs_used_bytes);
  out->set_readonly(mount.read_only);
  out->set_shared(mount.shared);
  out->set_mountid(mount.mount_id);
  for (const auto& [key, value] : mount.properties) (*out->mutable_properties())[key] = value;
}

MountPointInfo FromProto(const grpc::file::MountPointInfo& mount) {
  MountPointInfo out;
  out.ufs_uri = mount.ufsuri();
  out.ufs_type = mount.ufstype();
  out.ufs_capacity_bytes = mount.ufscapacitybytes();
  out.ufs_used_bytes = mount.ufsusedbytes();
  out.read_only = mount.readonly();
  out.shared = mount.shared();
  out.mount_id = mount.mountid();
  for (const auto& [key, value] : mount.properties()) out.properties[key] = value;
  return out;
}

}  // namespace alluxio::wire
