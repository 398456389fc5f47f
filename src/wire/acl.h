// Modes and access control lists: model <-> wire.
//
// Thread-safe: functions without state. INVALID_ARGUMENT where a peer may send nonsense.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/acl.h"
#include "model/mode.h"

namespace alluxio::grpc {
class PMode;
}
namespace alluxio::grpc::file {
class PAcl;
class PAclEntry;
class SetAclPRequest;
}  // namespace alluxio::grpc::file

namespace alluxio::wire {

// PMode has three required fields; all are always set.
void ToProto(Mode mode, grpc::PMode* out);
Mode FromProto(const grpc::PMode& mode);

// Alluxio numbers Bits one higher than the permission bits: NONE is 1, ALL is 8.
int BitsToProto(Bits bits);
// Out-of-range numbers read as no bits.
Bits BitsFromProto(int number);

void ToProto(const AclEntry& entry, grpc::file::PAclEntry* out);
// INVALID_ARGUMENT for a named entry without a name.
Result<AclEntry> FromProto(const grpc::file::PAclEntry& entry);

// What a PAcl holds: the list of a path, or of the children of a directory when is_default.
struct WireAcl {
  std::string owner;
  std::string group;
  Mode mode;
  ExtendedAcl extended;
  bool is_default = false;
  bool is_default_empty = false;
};
void ToProto(const WireAcl& acl, grpc::file::PAcl* out);
Result<WireAcl> FromProto(const grpc::file::PAcl& acl);

SetAclAction ActionFromProto(const grpc::file::SetAclPRequest& request);
void ActionToProto(SetAclAction action, grpc::file::SetAclPRequest* out);
// At most kMaxAclEntries; INVALID_ARGUMENT beyond.
inline constexpr int kMaxAclEntries = 10000;
Result<std::vector<AclEntry>> EntriesFromProto(const grpc::file::SetAclPRequest& request);

}  // namespace alluxio::wire
