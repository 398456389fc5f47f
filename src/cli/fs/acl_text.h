// AclLines and ParseAclEntries: access control lists as getfacl and setfacl write them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/acl.h"
#include "model/file_info.h"

namespace alluxio::cli {

// "user::rwx", "group::r-x", "other::r-x", then named entries and the mask, then the default list.
std::vector<std::string> AclLines(const FileInfo& file);

// A comma separated list: "user:bob:rw-", "group::r--", "mask::rwx", "default:other::---".
// Without bits when `with_bits` is false (entries to remove). `all_default` marks every entry as
// of the default list.
Result<std::vector<AclEntry>> ParseAclEntries(const std::string& text, bool with_bits,
                                              bool all_default);

}  // namespace alluxio::cli
