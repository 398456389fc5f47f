#include "wire/acl.h"

#include "proto/grpc/common.pb.h"
#include "proto/grpc/file_system_master.pb.h"

namespace alluxio::wire {
namespace {

Bits Union(Bits a, Bits b) {
  return static_cast<Bits>(static_cast<uint8_t>(a) | static_cast<uint8_t>(b));
}

AclEntry ExtendedEntry(AclEntryType type, std::string subject, Bits bits, bool is_default) {
  AclEntry entry;
  entry.type = type;
  entry.subject = std::move(subject);
  entry.bits = bits;
  entry.is_default = is_default;
  return entry;
}

Mode WithBits(Mode mode, int shift, Bits bits) {
  unsigned cleared = mode.bits & ~(7u << shift);
  return Mode{static_cast<uint16_t>(cleared | (static_cast<unsigned>(bits) << shift))};
}

void Place(const AclEntry& entry, WireAcl* acl) {
  switch (entry.type) {
    case AclEntryType::kOwner: acl->mode = WithBits(acl->mode, 6, entry.bits); break;
    case AclEntryType::kOwningGroup: acl->mode = WithBits(acl->mode, 3, entry.bits); break;
    case AclEntryType::kOther: acl->mode = WithBits(acl->mode, 0, entry.bits); break;
    case AclEntryType::kMask: acl->extended.mask = entry.bits; break;
    case AclEntryType::kNamedUser: acl->extended.named_users[entry.subject] = entry.bits; break;
    case AclEntryType::kNamedGroup: acl->extended.named_groups[entry.subject] = entry.bits; break;
  }
}

}  // namespace

int BitsToProto(Bits bits) { return static_cast<int>(bits) + 1; }

Bits BitsFromProto(int number) {
  return number < 1 || number > 8 ? Bits::kNone : static_cast<Bits>(number - 1);
}

void ToProto(Mode mode, grpc::PMode* out) {
  out->set_ownerbits(static_cast<grpc::Bits>(BitsToProto(mode.owner())));
  out->set_groupbits(static_cast<grpc::Bits>(BitsToProto(mode.group())));
  out->set_otherbits(static_cast<grpc::Bits>(BitsToProto(mode.other())));
}

Mode FromProto(const grpc::PMode& mode) {
  unsigned owner = static_cast<unsigned>(BitsFromProto(mode.ownerbits()));
  unsigned group = static_cast<unsigned>(BitsFromProto(mode.groupbits()));
  unsigned other = static_cast<unsigned>(BitsFromProto(mode.otherbits()));
  return Mode{static_cast<uint16_t>(owner << 6 | group << 3 | other)};
}

void ToProto(const AclEntry& entry, grpc::file::PAclEntry* out) {
  out->set_type(static_cast<grpc::file::PAclEntryType>(entry.type));
  out->set_subject(entry.subject);
  if (Implies(entry.bits, Bits::kRead)) out->add_actions(grpc::file::Read);
  if (Implies(entry.bits, Bits::kWrite)) out->add_actions(grpc::file::Write);
  if (Implies(entry.bits, Bits::kExecute)) out->add_actions(grpc::file::Execute);
  out->set_isdefault(entry.is_default);
}

Result<AclEntry> FromProto(const grpc::file::PAclEntry& entry) {
  AclEntry out;
  out.type = static_cast<AclEntryType>(entry.type());
  out.subject = entry.subject();
  out.is_default = entry.isdefault();
  for (int action : entry.actions()) {
    switch (action) {
      case grpc::file::Read: out.bits = Union(out.bits, Bits::kRead); break;
      case grpc::file::Write: out.bits = Union(out.bits, Bits::kWrite); break;
      case grpc::file::Execute: out.bits = Union(out.bits, Bits::kExecute); break;
      default: return InvalidArgument("ACL entry: unknown action " + std::to_string(action));
    }
  }
  bool named = out.type == AclEntryType::kNamedUser || out.type == AclEntryType::kNamedGroup;
  if (named && out.subject.empty()) {
    return InvalidArgument("ACL entry: a named entry needs a name");
  }
  return out;
}

void ToProto(const WireAcl& acl, grpc::file::PAcl* out) {
  out->set_owner(acl.owner);
  out->set_owninggroup(acl.group);
  out->set_mode(acl.mode.bits);
  out->set_isdefault(acl.is_default);
  if (acl.is_default) out->set_isdefaultempty(acl.is_default_empty);
  for (const auto& [name, bits] : acl.extended.named_users) {
    ToProto(ExtendedEntry(AclEntryType::kNamedUser, name, bits, acl.is_default),
            out->add_entries());
  }
  for (const auto& [name, bits] : acl.extended.named_groups) {
    ToProto(ExtendedEntry(AclEntryType::kNamedGroup, name, bits, acl.is_default),
            out->add_entries());
  }
  if (acl.extended.mask) {
    ToProto(ExtendedEntry(AclEntryType::kMask, "", *acl.extended.mask, acl.is_default),
            out->add_entries());
  }
}

Result<WireAcl> FromProto(const grpc::file::PAcl& acl) {
  WireAcl out;
  out.owner = acl.owner();
  out.group = acl.owninggroup();
  out.mode = Mode{static_cast<uint16_t>(acl.mode() & 0777)};
  out.is_default = acl.isdefault();
  out.is_default_empty = acl.isdefaultempty();
  for (const grpc::file::PAclEntry& wire_entry : acl.entries()) {
    ASSIGN_OR_RETURN(AclEntry entry, FromProto(wire_entry));
    Place(entry, &out);
  }
  return out;
}

SetAclAction ActionFromProto(const grpc::file::SetAclPRequest& request) {
  return static_cast<SetAclAction>(request.action());
}

void ActionToProto(SetAclAction action, grpc::file::SetAclPRequest* out) {
  out->set_action(static_cast<grpc::file::SetAclAction>(action));
}

Result<std::vector<AclEntry>> EntriesFromProto(const grpc::file::SetAclPRequest& request) {
  if (request.entries_size() > kMaxAclEntries) {
    return InvalidArgument("set ACL " + request.path() + ": more than " +
                           std::to_string(kMaxAclEntries) + " entries");
  }
  std::vector<AclEntry> entries;
  for (const grpc::file::PAclEntry& wire_entry : request.entries()) {
    ASSIGN_OR_RETURN(AclEntry entry, FromProto(wire_entry));
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace alluxio::wire
