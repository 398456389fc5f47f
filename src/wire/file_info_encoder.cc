// The numbers are those of proto/grpc/file_system_master.proto and common.proto.
#include "wire/file_info_encoder.h"

namespace alluxio::wire {
namespace {

constexpr size_t kMostOfField = ProtoWriter::kMostOfField;
constexpr size_t kHeadFields = 20;  // without block ids

size_t MostOf(const JoinedPath& path) { return path.folder.size() + 1 + path.name.size(); }

struct NamedBits {
  AclEntryType type;
  std::string_view subject;
  Bits bits;
};

void WriteEntry(const NamedBits& entry, bool is_default, ProtoWriter* out) {
  const ProtoWriter::Nested message = out->Begin(3);
  out->Int(1, static_cast<int64_t>(entry.type));
  out->Text(2, entry.subject);
  // PAclAction: Read 0, Write 1, Execute 2.
  if (Implies(entry.bits, Bits::kRead)) out->Int(3, 0);
  if (Implies(entry.bits, Bits::kWrite)) out->Int(3, 1);
  if (Implies(entry.bits, Bits::kExecute)) out->Int(3, 2);
  out->Int(4, is_default ? 1 : 0);
  out->End(message);
}

struct AclFields {
  uint32_t field;
  Mode mode;
  const ExtendedAcl* extended;  // null: nothing
  bool is_default;
};

void WriteAcl(const FileInfoFields& info, const AclFields& acl, ProtoWriter* out) {
  const ProtoWriter::Nested message = out->Begin(acl.field);
  out->Text(1, info.owner);
  out->Text(2, info.group);
  if (acl.extended != nullptr) {
    for (const auto& [name, bits] : acl.extended->named_users) {
      WriteEntry({AclEntryType::kNamedUser, name, bits}, acl.is_default, out);
    }
    for (const auto& [name, bits] : acl.extended->named_groups) {
      WriteEntry({AclEntryType::kNamedGroup, name, bits}, acl.is_default, out);
    }
    if (acl.extended->mask) {
      WriteEntry({AclEntryType::kMask, "", *acl.extended->mask}, acl.is_default, out);
    }
  }
  out->Int(4, acl.mode.bits);
  out->Int(5, acl.is_default ? 1 : 0);
  if (acl.is_default) out->Int(6, 0);
  out->End(message);
}

void WriteAddress(const WorkerNetAddress& address, ProtoWriter* out) {
  out->Text(1, address.host);
  out->Int(2, address.rpc_port);
  out->Int(3, address.data_port);
  out->Int(4, address.web_port);
  out->Text(5, address.domain_socket_path);
  const ProtoWriter::Nested identity = out->Begin(6);
  auto tier = [out](std::string_view name, std::string_view value, bool has_value) {
    const ProtoWriter::Nested one = out->Begin(1);
    out->Text(1, name);
    if (has_value) out->Text(2, value);
    out->End(one);
  };
  if (address.tiers.empty()) tier("node", address.host, true);
  for (const LocalityTier& each : address.tiers) {
    tier(each.name, each.value, !each.value.empty());
  }
  out->End(identity);
  out->Text(7, address.container_host);
}

}  // namespace

std::string WrittenAddress(const WorkerNetAddress& address) {
  ProtoWriter out;
  WriteAddress(address, &out);
  return std::string(out.view());
}

void FileInfoEncoder::Head(const FileInfoFields& info) {
  const std::string_view persistence = PersistenceStateName(info.persistence);
  ProtoWriter::Fields fields =
      out_.Open((kHeadFields + info.block_count) * kMostOfField + info.name.size() +
                MostOf(info.path) + MostOf(info.ufs_path) + info.owner.size() +
                info.group.size() + persistence.size());
  fields.Int(1, info.id);
  fields.Text(2, info.name);
  fields.Path(3, info.path);
  fields.Path(4, info.ufs_path);
  fields.Int(5, info.length);
  fields.Int(6, info.folder ? 0 : info.block_size);
  fields.Int(7, info.creation_time_ms);
  fields.Int(8, info.folder || info.completed ? 1 : 0);
  fields.Int(9, info.folder ? 1 : 0);
  fields.Int(10, info.pinned ? 1 : 0);
  fields.Int(11, info.cacheable ? 1 : 0);
  fields.Int(12, info.persistence == PersistenceState::kPersisted ? 1 : 0);
  for (size_t n = 0; n < info.block_count; ++n) {
    fields.Int(13, MakeId(ContainerOf(info.id), static_cast<int64_t>(n)));
  }
  fields.Int(14, info.modification_time_ms);
  fields.Int(15, info.ttl_ms);
  fields.Text(16, info.owner);
  fields.Text(17, info.group);
  fields.Int(18, info.mode.bits);
  fields.Text(19, persistence);
  fields.Int(20, info.mount_point ? 1 : 0);
  out_.Close(fields);
}

void FileInfoEncoder::Block(const BlockFields& block,
                            std::span<const LocationFields> locations) {
  // With a location, whose address is most of it, they take more than 127 bytes.
  const size_t length_bytes = locations.empty() ? 1 : 2;
  const ProtoWriter::Nested in_file = out_.Begin(21, length_bytes);
  const ProtoWriter::Nested message = out_.Begin(1, length_bytes);
  out_.Int(1, block.id);
  out_.Int(2, block.length);
  for (const LocationFields& location : locations) {
    const ProtoWriter::Nested place = out_.Begin(3, location.address.size() < 100 ? 1 : 2);
    ProtoWriter::Fields fields =
        out_.Open(4 * kMostOfField + location.address.size() + location.tier_alias.size() +
                  location.medium_type.size());
    fields.Int(1, location.worker_id);
    fields.Text(2, location.address);
    fields.Text(3, location.tier_alias);
    fields.Text(4, location.medium_type);
    out_.Close(fields);
    out_.End(place);
  }
  out_.End(message);
  out_.Int(2, block.offset);
  out_.End(in_file);
}

void FileInfoEncoder::Tail(const FileInfoFields& info, const CachedShare& share) {
  ProtoWriter::Fields fields = out_.Open(5 * kMostOfField + info.ufs_fingerprint.size());
  fields.Int(22, static_cast<int64_t>(info.ttl_action));
  fields.Int(23, info.mount_id);
  fields.Int(24, share.in_alluxio);
  fields.Int(25, share.in_memory);
  fields.Text(26, info.ufs_fingerprint);
  out_.Close(fields);
  WriteAcl(info, {27, info.mode, info.acl, false}, &out_);
  if (info.default_acl != nullptr) {
    WriteAcl(info, {28, info.default_acl->mode, &info.default_acl->extended, true}, &out_);
  }
  out_.Int(29, info.replication_max);
  out_.Int(30, info.replication_min);
  out_.Int(31, info.access_time_ms);
  if (info.xattr != nullptr) {
    for (const auto& [name, value] : *info.xattr) {
      const ProtoWriter::Nested entry = out_.Begin(32);
      out_.Text(1, name);
      out_.Text(2, value);
      out_.End(entry);
    }
  }
  if (info.media != nullptr) {
    for (const std::string& medium : *info.media) out_.Text(33, medium);
  }
  out_.End(info_);
}

}  // namespace alluxio::wire
