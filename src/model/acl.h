// Access control lists as Alluxio 2.9 knows them: three base entries, named users and groups, a
// mask, and a default list for children of a directory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/mode.h"

namespace alluxio {

enum class AclEntryType : uint8_t { kOwner, kNamedUser, kOwningGroup, kNamedGroup, kMask, kOther };

struct AclEntry {
  AclEntryType type = AclEntryType::kOwner;
  std::string subject;  // named entries only
  Bits bits = Bits::kNone;
  bool is_default = false;
  bool operator==(const AclEntry&) const = default;
};

// The part of a list beyond the base triplets; ordered by name as it is written.
struct ExtendedAcl {
  std::map<std::string, Bits> named_users;
  std::map<std::string, Bits> named_groups;
  std::optional<Bits> mask;
  bool empty() const { return named_users.empty() && named_groups.empty() && !mask; }
  bool operator==(const ExtendedAcl&) const = default;
};

// A directory's default list: what its new children start with.
struct DefaultAcl {
  Mode mode;
  ExtendedAcl extended;
  bool operator==(const DefaultAcl&) const = default;
};

enum class SetAclAction : uint8_t { kReplace, kModify, kRemove, kRemoveAll, kRemoveDefault };

}  // namespace alluxio
