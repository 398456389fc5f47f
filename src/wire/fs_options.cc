#include "wire/fs_options.h"

#include "proto/grpc/common.pb.h"
#include "proto/grpc/file_system_master.pb.h"
#include "proto/journal/file.pb.h"
#include "wire/acl.h"

namespace alluxio::wire {
namespace {

constexpr size_t kMaxXAttrs = 10000;

template <typename Options>
void WriteCommon(const CommonOptions& common, Options* out) {
  ToProto(common, out->mutable_commonoptions());
}

template <typename ProtoMap>
Status ReadXAttr(const ProtoMap& from, std::map<std::string, std::string>* to) {
  if (from.size() > kMaxXAttrs) {
    return InvalidArgument("extended attributes: more than " + std::to_string(kMaxXAttrs));
  }
  for (const auto& [name, value] : from) {
    if (name.empty()) return InvalidArgument("extended attributes: an empty name");
    (*to)[name] = value;
  }
  return OkStatus();
}

grpc::file::LoadMetadataPType LoadToProto(LoadMetadataType type) {
  return static_cast<grpc::file::LoadMetadataPType>(type);
}

template <typename Options>
LoadMetadataType ReadLoad(const Options& options) {
  return options.has_loadmetadatatype()
             ? static_cast<LoadMetadataType>(options.loadmetadatatype())
             : LoadMetadataType::kOnce;
}

template <typename Options>
std::optional<Mode> ReadMode(const Options& options) {
  if (!options.has_mode()) return std::nullopt;
  return FromProto(options.mode());
}

}  // namespace

void ToProto(const CommonOptions& options, grpc::file::FileSystemMasterCommonPOptions* out) {
  if (options.sync_interval_ms) out->set_syncintervalms(*options.sync_interval_ms);
  if (options.ttl_ms) out->set_ttl(*options.ttl_ms);
  if (options.ttl_action) out->set_ttlaction(static_cast<grpc::TtlAction>(*options.ttl_action));
  if (options.operation_id) {
    out->mutable_operationid()->set_mostsignificantbits(options.operation_id->high);
    out->mutable_operationid()->set_leastsignificantbits(options.operation_id->low);
  }
}

CommonOptions FromProto(const grpc::file::FileSystemMasterCommonPOptions& options) {
  CommonOptions out;
  if (options.has_syncintervalms()) out.sync_interval_ms = options.syncintervalms();
  if (options.has_ttl()) out.ttl_ms = options.ttl();
  if (options.has_ttlaction()) out.ttl_action = static_cast<TtlAction>(options.ttlaction());
  if (options.has_operationid()) {
    OperationId id;
    id.high = options.operationid().mostsignificantbits();
    id.low = options.operationid().leastsignificantbits();
    out.operation_id = id;
  }
  return out;
}

void ToProto(const GetStatusOptions& options, grpc::file::GetStatusPOptions* out) {
  WriteCommon(options.common, out);
  out->set_loadmetadatatype(LoadToProto(options.load_metadata));
  if (options.access_mode) {
    out->set_accessmode(static_cast<grpc::Bits>(BitsToProto(*options.access_mode)));
  }
  out->set_updatetimestamps(options.update_timestamps);
}

Result<GetStatusOptions> FromProto(const grpc::file::GetStatusPOptions& options) {
  GetStatusOptions out;
  out.common = FromProto(options.commonoptions());
  out.load_metadata = ReadLoad(options);
  if (options.has_accessmode()) out.access_mode = BitsFromProto(options.accessmode());
  out.update_timestamps = options.updatetimestamps();
  return out;
}

void ToProto(const ListStatusOptions& options, grpc::file::ListStatusPOptions* out) {
  WriteCommon(options.common, out);
  out->set_loadmetadatatype(LoadToProto(options.load_metadata));
  out->set_recursive(options.recursive);
  out->set_loadmetadataonly(options.load_metadata_only);
  out->set_excludemountinfo(options.exclude_mount_info);
}

Result<ListStatusOptions> FromProto(const grpc::file::ListStatusPOptions& options) {
  ListStatusOptions out;
  out.common = FromProto(options.commonoptions());
  out.load_metadata = ReadLoad(options);
  out.recursive = options.recursive();
  out.load_metadata_only = options.loadmetadataonly();
  out.exclude_mount_info = options.excludemountinfo();
  return out;
}

void ToProto(const ListPageOptions& options, grpc::file::ListStatusPartialPOptions* out) {
  ToProto(options.list, out->mutable_options());
  out->set_batchsize(options.batch_size);
  if (options.offset_id) {
    out->set_offsetid(*options.offset_id);
  } else if (options.start_after) {
    out->set_startafter(*options.start_after);
  } else if (options.offset_count) {
    out->set_offsetcount(*options.offset_count);
  }
  if (!options.prefix.empty()) out->set_prefix(options.prefix);
}

Result<ListPageOptions> FromProto(const grpc::file::ListStatusPartialPOptions& options) {
  ListPageOptions out;
  ASSIGN_OR_RETURN(out.list, FromProto(options.options()));
  if (options.batchsize() < 0) {
    return InvalidArgument("list status: batch size " + std::to_string(options.batchsize()) +
                           " is negative");
  }
  out.batch_size = options.batchsize();
  if (options.has_offsetid()) out.offset_id = options.offsetid();
  if (options.has_startafter()) out.start_after = options.startafter();
  if (options.has_offsetcount()) {
    if (options.offsetcount() < 0) {
      return InvalidArgument("list status: offset count " +
                             std::to_string(options.offsetcount()) + " is negative");
    }
    out.offset_count = options.offsetcount();
  }
  out.prefix = options.prefix();
  return out;
}

void ToProto(const ExistsOptions& options, grpc::file::ExistsPOptions* out) {
  WriteCommon(options.common, out);
  out->set_loadmetadatatype(LoadToProto(options.load_metadata));
}

Result<ExistsOptions> FromProto(const grpc::file::ExistsPOptions& options) {
  ExistsOptions out;
  out.common = FromProto(options.commonoptions());
  out.load_metadata = ReadLoad(options);
  return out;
}

void ToProto(const CreateFileOptions& options, grpc::file::CreateFilePOptions* out) {
  WriteCommon(options.common, out);
  if (options.block_size) out->set_blocksizebytes(*options.block_size);
  if (options.mode) ToProto(*options.mode, out->mutable_mode());
  out->set_recursive(options.recursive);
  out->set_overwrite(options.overwrite);
  out->set_writetype(static_cast<grpc::file::WritePType>(options.write_type));
  if (options.replication_max) out->set_replicationmax(*options.replication_max);
  if (options.replication_min) out->set_replicationmin(*options.replication_min);
  if (options.replication_durable) out->set_replicationdurable(*options.replication_durable);
  out->set_persistencewaittime(options.persistence_wait_ms);
  for (const auto& [name, value] : options.xattr) (*out->mutable_xattr())[name] = value;
  out->set_xattrpropstrat(
      static_cast<grpc::file::XAttrPropagationStrategy>(options.xattr_propagation));
  out->set_checks3bucketpath(options.check_s3_bucket_path);
}

Result<CreateFileOptions> FromProto(const grpc::file::CreateFilePOptions& options) {
  CreateFileOptions out;
  out.common = FromProto(options.commonoptions());
  if (options.has_blocksizebytes()) {
    if (options.blocksizebytes() <= 0) {
      return InvalidArgument("Invalid block size " + std::to_string(options.blocksizebytes()));
    }
    out.block_size = options.blocksizebytes();
  }
  out.mode = ReadMode(options);
  out.recursive = options.recursive();
  out.overwrite = options.overwrite();
  if (options.has_writetype()) out.write_type = static_cast<WriteType>(options.writetype());
  if (options.has_replicationmax()) out.replication_max = options.replicationmax();
  if (options.has_replicationmin()) out.replication_min = options.replicationmin();
  if (options.has_replicationdurable()) out.replication_durable = options.replicationdurable();
  out.persistence_wait_ms = options.persistencewaittime();
  RETURN_IF_ERROR(ReadXAttr(options.xattr(), &out.xattr));
  out.xattr_propagation = static_cast<XAttrPropagation>(options.xattrpropstrat());
  out.check_s3_bucket_path = options.checks3bucketpath();
  return out;
}

void ToProto(const CompleteFileOptions& options, grpc::file::CompleteFilePOptions* out) {
  WriteCommon(options.common, out);
  if (options.ufs_length) out->set_ufslength(*options.ufs_length);
  if (options.async_persist) {
    out->mutable_asyncpersistoptions()->set_persistencewaittime(options.persistence_wait_ms);
  }
  if (options.content_hash) out->set_contenthash(*options.content_hash);
}

Result<CompleteFileOptions> FromProto(const grpc::file::CompleteFilePOptions& options) {
  CompleteFileOptions out;
  out.common = FromProto(options.commonoptions());
  if (options.has_ufslength()) {
    if (options.ufslength() < 0) {
      return InvalidArgument("complete file: length " + std::to_string(options.ufslength()) +
                             " is negative");
    }
    out.ufs_length = options.ufslength();
  }
  out.async_persist = options.has_asyncpersistoptions();
  out.persistence_wait_ms = options.asyncpersistoptions().persistencewaittime();
  if (options.has_contenthash()) out.content_hash = options.contenthash();
  return out;
}

void ToProto(const CreateDirectoryOptions& options, grpc::file::CreateDirectoryPOptions* out) {
  WriteCommon(options.common, out);
  out->set_recursive(options.recursive);
  out->set_allowexists(options.allow_exists);
  if (options.mode) ToProto(*options.mode, out->mutable_mode());
  out->set_writetype(static_cast<grpc::file::WritePType>(options.write_type));
  for (const auto& [name, value] : options.xattr) (*out->mutable_xattr())[name] = value;
  out->set_xattrpropstrat(
      static_cast<grpc::file::XAttrPropagationStrategy>(options.xattr_propagation));
}

Result<CreateDirectoryOptions> FromProto(const grpc::file::CreateDirectoryPOptions& options) {
  CreateDirectoryOptions out;
  out.common = FromProto(options.commonoptions());
  out.recursive = options.recursive();
  out.allow_exists = options.allowexists();
  out.mode = ReadMode(options);
  if (options.has_writetype()) out.write_type = static_cast<WriteType>(options.writetype());
  RETURN_IF_ERROR(ReadXAttr(options.xattr(), &out.xattr));
  out.xattr_propagation = static_cast<XAttrPropagation>(options.xattrpropstrat());
  return out;
}

void ToProto(const DeleteOptions& options, grpc::file::DeletePOptions* out) {
  WriteCommon(options.common, out);
  out->set_recursive(options.recursive);
  out->set_alluxioonly(options.alluxio_only);
  out->set_unchecked(options.unchecked);
  out->set_deletemountpoint(options.delete_mount_point);
  if (options.sync_parent_next_time) {
    out->set_syncparentnexttime(*options.sync_parent_next_time);
  }
  if (options.only_id != kNoInode) out->set_only_id(options.only_id);
}

Result<DeleteOptions> FromProto(const grpc::file::DeletePOptions& options) {
  DeleteOptions out;
  out.common = FromProto(options.commonoptions());
  out.recursive = options.recursive();
  out.alluxio_only = options.alluxioonly();
  out.unchecked = options.unchecked();
  out.delete_mount_point = options.deletemountpoint();
  if (options.has_syncparentnexttime()) out.sync_parent_next_time = options.syncparentnexttime();
  if (options.has_only_id()) out.only_id = options.only_id();
  return out;
}

void ToProto(const RenameOptions& options, grpc::file::RenamePOptions* out) {
  WriteCommon(options.common, out);
  out->set_persist(options.persist);
  if (options.overwrite) out->mutable_s3syntaxoptions()->set_overwrite(true);
  if (options.only_id != kNoInode) out->set_only_id(options.only_id);
}

Result<RenameOptions> FromProto(const grpc::file::RenamePOptions& options) {
  RenameOptions out;
  out.common = FromProto(options.commonoptions());
  out.persist = options.persist();
  out.overwrite = options.s3syntaxoptions().overwrite();
  if (options.has_only_id()) out.only_id = options.only_id();
  return out;
}

void ToProto(const FreeOptions& options, grpc::file::FreePOptions* out) {
  WriteCommon(options.common, out);
  out->set_recursive(options.recursive);
  out->set_forced(options.forced);
}

Result<FreeOptions> FromProto(const grpc::file::FreePOptions& options) {
  FreeOptions out;
  out.common = FromProto(options.commonoptions());
  out.recursive = options.recursive();
  out.forced = options.forced();
  return out;
}

void ToProto(const SetAttributeOptions& options, grpc::file::SetAttributePOptions* out) {
  WriteCommon(options.common, out);
  if (options.pinned) out->set_pinned(*options.pinned);
  if (options.persisted) out->set_persisted(*options.persisted);
  if (options.owner) out->set_owner(*options.owner);
  if (options.group) out->set_group(*options.group);
  if (options.mode) ToProto(*options.mode, out->mutable_mode());
  out->set_recursive(options.recursive);
  if (options.children_loaded) out->set_directchildrenloaded(*options.children_loaded);
  if (options.replication_max) out->set_replicationmax(*options.replication_max);
  if (options.replication_min) out->set_replicationmin(*options.replication_min);
  for (const std::string& medium : options.pinned_media) out->add_pinnedmedia(medium);
  if (options.xattr) {
    for (const auto& [name, value] : *options.xattr) (*out->mutable_xattr())[name] = value;
    out->set_xattrupdatestrategy(
        static_cast<proto::journal::XAttrUpdateStrategy>(options.xattr_update));
  }
}

Result<SetAttributeOptions> FromProto(const grpc::file::SetAttributePOptions& options) {
  SetAttributeOptions out;
  out.common = FromProto(options.commonoptions());
  if (options.has_pinned()) out.pinned = options.pinned();
  if (options.has_persisted()) out.persisted = options.persisted();
  if (options.has_owner()) out.owner = options.owner();
  if (options.has_group()) out.group = options.group();
  out.mode = ReadMode(options);
  out.recursive = options.recursive();
  if (options.has_directchildrenloaded()) out.children_loaded = options.directchildrenloaded();
  if (options.has_replicationmax()) out.replication_max = options.replicationmax();
  if (options.has_replicationmin()) out.replication_min = options.replicationmin();
  out.pinned_media.assign(options.pinnedmedia().begin(), options.pinnedmedia().end());
  if (options.has_xattrupdatestrategy() || !options.xattr().empty()) {
    std::map<std::string, std::string> xattr;
    RETURN_IF_ERROR(ReadXAttr(options.xattr(), &xattr));
    out.xattr = std::move(xattr);
    if (options.has_xattrupdatestrategy()) {
      out.xattr_update = static_cast<XAttrUpdate>(options.xattrupdatestrategy());
    }
  }
  return out;
}

void ToProto(const SetAclOptions& options, grpc::file::SetAclPOptions* out) {
  WriteCommon(options.common, out);
  out->set_recursive(options.recursive);
}

Result<SetAclOptions> FromProto(const grpc::file::SetAclPOptions& options) {
  SetAclOptions out;
  out.common = FromProto(options.commonoptions());
  out.recursive = options.recursive();
  return out;
}

void ToProto(const MountOptions& options, grpc::file::MountPOptions* out) {
  out->set_readonly(options.read_only);
  out->set_shared(options.shared);
  if (options.remount) out->set_remount(true);
  for (const auto& [key, value] : options.properties) (*out->mutable_properties())[key] = value;
}

Result<MountOptions> FromProto(const grpc::file::MountPOptions& options) {
  MountOptions out;
  out.read_only = options.readonly();
  out.shared = options.shared();
  out.remount = options.remount();
  for (const auto& [key, value] : options.properties()) out.properties[key] = value;
  return out;
}

}  // namespace alluxio::wire
