// Access control lists in the journal's form (proto/shared/acl.proto), and how entries change them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/acl.h"

namespace alluxio::proto::shared {
class AccessControlList;
class AclEntry;
}  // namespace alluxio::proto::shared

namespace alluxio::master {

struct OwnedAcl {
  std::string owner;
  std::string group;
  Mode mode;
  ExtendedAcl extended;
  bool empty = false;  // a default list that is not there
};

OwnedAcl OwnedAclFromProto(const ::alluxio::proto::shared::AccessControlList& proto);
// With all base items, as Alluxio 2.9 writes it.
void AccessAclToProto(std::string_view owner, std::string_view group, Mode mode,
                      const ExtendedAcl& extended,
                      ::alluxio::proto::shared::AccessControlList* proto);
// isDefault is always set: Java cannot read a default list without it.
void DefaultAclToProto(std::string_view owner, std::string_view group,
                       const std::optional<DefaultAcl>& acl,
                       ::alluxio::proto::shared::AccessControlList* proto);

AclEntry AclEntryFromProto(const ::alluxio::proto::shared::AclEntry& proto);
void AclEntryToProto(const AclEntry& entry, ::alluxio::proto::shared::AclEntry* proto);

// The lists of one inode while entries are applied to them.
struct AclState {
  Mode mode;
  ExtendedAcl extended;
  std::optional<DefaultAcl> default_acl;
  bool operator==(const AclState&) const = default;
};

// What setAcl does, also in replay. A default list that was not there starts from the access mode.
// The mask is recomputed unless the entries name it, and goes when no named entry is left.
void ApplyAclChange(SetAclAction action, const std::vector<AclEntry>& entries, AclState* state);

}  // namespace alluxio::master
