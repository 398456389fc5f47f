// PermissionChecker: may this user do that? POSIX rules with Alluxio's groups, supergroup and ACLs.
//
// Works on inodes under the caller's tree lock; the caller finds the user's groups before, because
// that may be slow. Constant after construction, so thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/acl.h"
#include "model/mode.h"

namespace alluxio::master {

// A user with everything a check needs to know.
struct Identity {
  std::string user;
  std::shared_ptr<const std::vector<std::string>> groups;  // primary group first; null = none
  bool superuser = false;
  const std::string& primary_group() const;  // "" when none
};

// What a check looks at in one inode.
struct InodeAccess {
  std::string_view path;  // for the error text
  std::string_view name;  // "" for the root
  std::string_view owner;
  std::string_view group;
  Mode mode;
  const ExtendedAcl* acl = nullptr;  // null = none
};

// The bits a list grants: owner, named user, any matching group, other; masked as POSIX does.
Bits GrantedBits(const Identity& identity, const InodeAccess& inode);

struct PermissionSettings {
  bool enabled = true;                    // alluxio.security.authorization.permission.enabled
  std::string supergroup = "supergroup";  // alluxio.security.authorization.permission.supergroup
};

class PermissionChecker {
 public:
  explicit PermissionChecker(PermissionSettings settings) : settings_(std::move(settings)) {}

  bool enabled() const { return settings_.enabled; }

  // `root_owner` owns the root inode and so is the superuser.
  Identity Identify(const std::string& user,
                    std::shared_ptr<const std::vector<std::string>> groups,
                    std::string_view root_owner) const;

  // EXECUTE on every ancestor in `chain` but the last, `bits` on the last. `chain` is root first.
  // `path` is the path asked for. PERMISSION_DENIED with Alluxio's text.
  Status Check(const Identity& identity, Bits bits, const std::vector<InodeAccess>& chain,
               std::string_view path) const;
  // One inode alone, for walks.
  Status CheckOne(const Identity& identity, Bits bits, const InodeAccess& inode,
                  std::string_view path) const;
  // Superuser, or owner of the inode.
  Status CheckOwner(const Identity& identity, const InodeAccess& inode,
                    std::string_view path) const;
  Status CheckSuperuser(const Identity& identity) const;
  // Superuser, or member of `group`: who may give a file to it.
  Status CheckMember(const Identity& identity, const std::string& group) const;

 private:
  const PermissionSettings settings_;
};

}  // namespace alluxio::master
