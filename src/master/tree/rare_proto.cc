#include "master/tree/rare_proto.h"

#include "master/tree/acl_proto.h"
#include "proto/meta/inode_meta.pb.h"

namespace alluxio::master {

using ProtoInode = ::alluxio::proto::meta::Inode;

void RareToProto(const RareFields& rare, ProtoInode* out) {
  ProtoInode& proto = *out;
  AccessAclToProto("", "", Mode{}, rare.acl, proto.mutable_access_acl());
  if (rare.default_acl) {
    DefaultAclToProto("", "", rare.default_acl, proto.mutable_default_acl());
  }
  for (const std::string& medium : rare.media) proto.add_medium_type(medium);
  for (const auto& [key, value] : rare.xattr) (*proto.mutable_xattr())[key] = value;
  proto.set_creation_time_ms(rare.times.creation_ms);
  proto.set_last_modified_ms(rare.times.modification_ms);
  proto.set_last_accessed_ms(rare.times.access_ms);
  proto.set_length(rare.length);
  // A checkpoint has no field for these two, and these fields are of no use here.
  proto.set_child_count(rare.block_count);
  proto.set_parent_id(rare.ownership);
  proto.set_block_size_bytes(rare.block_size);
  proto.set_replication_durable(rare.replication_durable);
  proto.set_replication_min(rare.replication_min);
  proto.set_replication_max(rare.replication_max);
  proto.set_persist_job_id(rare.persist_job_id);
  proto.set_should_persist_time(rare.should_persist_time_ms);
  proto.set_persist_job_temp_ufs_path(rare.temp_ufs_path);
}

void RareFromProto(const ProtoInode& proto, RareFields* rare) {
  rare->acl = OwnedAclFromProto(proto.access_acl()).extended;
  rare->default_acl.reset();
  if (proto.has_default_acl()) {
    OwnedAcl acl = OwnedAclFromProto(proto.default_acl());
    rare->default_acl = DefaultAcl{acl.mode, std::move(acl.extended)};
  }
  rare->media.assign(proto.medium_type().begin(), proto.medium_type().end());
  rare->xattr = {proto.xattr().begin(), proto.xattr().end()};
  rare->times = {proto.creation_time_ms(), proto.last_modified_ms(), proto.last_accessed_ms()};
  rare->length = proto.length();
  rare->block_count = proto.child_count();
  rare->ownership = static_cast<uint32_t>(proto.parent_id());
  rare->block_size = proto.block_size_bytes();
  rare->replication_durable = proto.replication_durable();
  rare->replication_min = proto.replication_min();
  rare->replication_max = proto.replication_max();
  rare->persist_job_id = proto.persist_job_id();
  rare->should_persist_time_ms = proto.should_persist_time();
  rare->temp_ufs_path = proto.persist_job_temp_ufs_path();
}

}  // namespace alluxio::master
