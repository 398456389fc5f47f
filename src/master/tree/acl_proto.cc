#include "master/tree/acl_proto.h"

#include "proto/shared/acl.pb.h"

namespace alluxio::master {

namespace {

using ProtoAcl = ::alluxio::proto::shared::AccessControlList;
using ProtoActions = ::alluxio::proto::shared::AclActions;

template <typename Actions>
Bits BitsOf(const Actions& actions) {
  unsigned bits = 0;
  for (int action : actions) {
    if (action == ::alluxio::proto::shared::READ) bits |= 4;
    if (action == ::alluxio::proto::shared::WRITE) bits |= 2;
    if (action == ::alluxio::proto::shared::EXECUTE) bits |= 1;
  }
  return static_cast<Bits>(bits);
}

template <typename Message>
void AddActions(Bits bits, Message* actions) {
  if (Implies(bits, Bits::kRead)) actions->add_actions(::alluxio::proto::shared::READ);
  if (Implies(bits, Bits::kWrite)) actions->add_actions(::alluxio::proto::shared::WRITE);
  if (Implies(bits, Bits::kExecute)) actions->add_actions(::alluxio::proto::shared::EXECUTE);
}

Mode MakeMode(Bits owner, Bits group, Bits other) {
  return Mode{static_cast<uint16_t>(static_cast<unsigned>(owner) << 6 |
                                    static_cast<unsigned>(group) << 3 |
                                    static_cast<unsigned>(other))};
}

void AddNamed(std::string_view name, Bits bits,
              ::alluxio::proto::shared::NamedAclActions* named) {
  named->set_name(std::string(name));
  AddActions(bits, named->mutable_actions());
}

void BaseToProto(std::string_view owner, std::string_view group, Mode mode,
                 const ExtendedAcl& extended, ProtoAcl* proto) {
  proto->set_owninguser(std::string(owner));
  proto->set_owninggroup(std::string(group));
  AddNamed("", mode.owner(), proto->add_useractions());
  for (const auto& [name, bits] : extended.named_users) {
    AddNamed(name, bits, proto->add_useractions());
  }
  AddNamed("", mode.group(), proto->add_groupactions());
  for (const auto& [name, bits] : extended.named_groups) {
    AddNamed(name, bits, proto->add_groupactions());
  }
  if (extended.mask) AddActions(*extended.mask, proto->mutable_maskactions());
  AddActions(mode.other(), proto->mutable_otheractions());
}

}  // namespace

OwnedAcl OwnedAclFromProto(const ProtoAcl& proto) {
  OwnedAcl acl;
  acl.owner = proto.owninguser();
  acl.group = proto.owninggroup();
  acl.empty = proto.isempty();
  if (acl.empty) return acl;
  Bits owner = Bits::kNone;
  Bits group = Bits::kNone;
  for (const auto& named : proto.useractions()) {
    Bits bits = BitsOf(named.actions().actions());
    if (named.name().empty()) {
      owner = bits;
    } else {
      acl.extended.named_users[named.name()] = bits;
    }
  }
  for (const auto& named : proto.groupactions()) {
    Bits bits = BitsOf(named.actions().actions());
    if (named.name().empty()) {
      group = bits;
    } else {
      acl.extended.named_groups[named.name()] = bits;
    }
  }
  if (proto.has_maskactions()) acl.extended.mask = BitsOf(proto.maskactions().actions());
  acl.mode = MakeMode(owner, group, BitsOf(proto.otheractions().actions()));
  return acl;
}

void AccessAclToProto(std::string_view owner, std::string_view group, Mode mode,
                      const ExtendedAcl& extended, ProtoAcl* proto) {
  BaseToProto(owner, group, mode, extended, proto);
  proto->set_isdefault(false);
  proto->set_isempty(false);
}

void DefaultAclToProto(std::string_view owner, std::string_view group,
                       const std::optional<DefaultAcl>& acl, ProtoAcl* proto) {
  const DefaultAcl none;
  const DefaultAcl& list = acl ? *acl : none;
  BaseToProto(owner, group, list.mode, list.extended, proto);
  proto->set_isdefault(true);
  proto->set_isempty(!acl.has_value());
}

AclEntry AclEntryFromProto(const ::alluxio::proto::shared::AclEntry& proto) {
  AclEntry entry;
  entry.type = static_cast<AclEntryType>(proto.type());
  entry.subject = proto.subject();
  entry.bits = BitsOf(proto.actions());
  entry.is_default = proto.isdefault();
  return entry;
}

void AclEntryToProto(const AclEntry& entry, ::alluxio::proto::shared::AclEntry* proto) {
  proto->set_type(static_cast<::alluxio::proto::shared::AclEntryType>(entry.type));
  proto->set_subject(entry.subject);
  AddActions(entry.bits, proto);
  proto->set_isdefault(entry.is_default);
}

namespace {

void SetEntry(const AclEntry& entry, Mode* mode, ExtendedAcl* extended) {
  switch (entry.type) {
    case AclEntryType::kOwner:
      *mode = MakeMode(entry.bits, mode->group(), mode->other());
      break;
    case AclEntryType::kOwningGroup:
      *mode = MakeMode(mode->owner(), entry.bits, mode->other());
      break;
    case AclEntryType::kOther:
      *mode = MakeMode(mode->owner(), mode->group(), entry.bits);
      break;
    case AclEntryType::kNamedUser: extended->named_users[entry.subject] = entry.bits; break;
    case AclEntryType::kNamedGroup: extended->named_groups[entry.subject] = entry.bits; break;
    case AclEntryType::kMask: extended->mask = entry.bits; break;
  }
}

void RemoveEntry(const AclEntry& entry, ExtendedAcl* extended) {
  if (entry.type == AclEntryType::kNamedUser) extended->named_users.erase(entry.subject);
  if (entry.type == AclEntryType::kNamedGroup) extended->named_groups.erase(entry.subject);
  if (entry.type == AclEntryType::kMask) extended->mask.reset();
}

// The base bits of a default list cannot go: they fall back to the access list's.
void ResetDefaultBase(const AclEntry& entry, Mode access, DefaultAcl* list) {
  AclEntry reset = entry;
  if (entry.type == AclEntryType::kOwner) reset.bits = access.owner();
  if (entry.type == AclEntryType::kOwningGroup) reset.bits = access.group();
  if (entry.type == AclEntryType::kOther) reset.bits = access.other();
  SetEntry(reset, &list->mode, &list->extended);
}

bool IsBase(AclEntryType type) {
  return type == AclEntryType::kOwner || type == AclEntryType::kOwningGroup ||
         type == AclEntryType::kOther;
}

void SettleMask(const std::vector<AclEntry>& entries, bool of_default, Mode mode,
                ExtendedAcl* extended) {
  if (extended->named_users.empty() && extended->named_groups.empty()) {
    extended->mask.reset();
    return;
  }
  bool concerns = false;
  for (const AclEntry& entry : entries) {
    if (entry.is_default != of_default) continue;
    if (entry.type == AclEntryType::kMask) return;
    concerns = concerns || entry.type == AclEntryType::kNamedUser ||
               entry.type == AclEntryType::kNamedGroup ||
               entry.type == AclEntryType::kOwningGroup;
  }
  if (!concerns) return;
  unsigned mask = static_cast<unsigned>(mode.group());
  for (const auto& [name, bits] : extended->named_users) mask |= static_cast<unsigned>(bits);
  for (const auto& [name, bits] : extended->named_groups) mask |= static_cast<unsigned>(bits);
  extended->mask = static_cast<Bits>(mask);
}

void SetEntries(const std::vector<AclEntry>& entries, AclState* state) {
  for (const AclEntry& entry : entries) {
    if (!entry.is_default) {
      SetEntry(entry, &state->mode, &state->extended);
      continue;
    }
    if (!state->default_acl) state->default_acl = DefaultAcl{state->mode, {}};
    SetEntry(entry, &state->default_acl->mode, &state->default_acl->extended);
  }
}

void RemoveEntries(const std::vector<AclEntry>& entries, AclState* state) {
  for (const AclEntry& entry : entries) {
    if (!entry.is_default) {
      RemoveEntry(entry, &state->extended);
    } else if (state->default_acl && IsBase(entry.type)) {
      ResetDefaultBase(entry, state->mode, &*state->default_acl);
    } else if (state->default_acl) {
      RemoveEntry(entry, &state->default_acl->extended);
    }
  }
}

}  // namespace

void ApplyAclChange(SetAclAction action, const std::vector<AclEntry>& entries, AclState* state) {
  switch (action) {
    case SetAclAction::kRemoveAll: state->extended = {}; return;
    case SetAclAction::kRemoveDefault: state->default_acl.reset(); return;
    case SetAclAction::kReplace:
      for (const AclEntry& entry : entries) {
        if (entry.is_default) continue;
        state->mode = Mode{};
        state->extended = {};
        break;
      }
      SetEntries(entries, state);
      break;
    case SetAclAction::kModify: SetEntries(entries, state); break;
    case SetAclAction::kRemove: RemoveEntries(entries, state); break;
  }
  SettleMask(entries, false, state->mode, &state->extended);
  if (state->default_acl) {
    SettleMask(entries, true, state->default_acl->mode, &state->default_acl->extended);
  }
}

}  // namespace alluxio::master
