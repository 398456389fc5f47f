#include "master/access/permission_checker.h"

#include <algorithm>

namespace alluxio::master {
namespace {

Bits Union(Bits a, Bits b) {
  return static_cast<Bits>(static_cast<uint8_t>(a) | static_cast<uint8_t>(b));
}

Bits Masked(Bits bits, const ExtendedAcl* acl) {
  if (acl == nullptr || !acl->mask) return bits;
  return static_cast<Bits>(static_cast<uint8_t>(bits) & static_cast<uint8_t>(*acl->mask));
}

bool IsIn(const Identity& identity, std::string_view group) {
  const auto& groups = identity.groups;
  return groups && std::find(groups->begin(), groups->end(), group) != groups->end();
}

Status Denied(const Identity& identity, Bits bits, const InodeAccess& inode,
              std::string_view path) {
  std::string text = "Permission denied: user=" + identity.user + ", access=" + BitsText(bits) +
                     ", path=" + std::string(path) + ": failed at ";
  text += inode.name.empty() ? std::string("/") : std::string(inode.name);
  text += ", inode owner=" + std::string(inode.owner);
  text += ", inode group=" + std::string(inode.group);
  text += ", inode mode=" + ModeText(inode.mode);
  return PermissionDenied(std::move(text));
}

}  // namespace

const std::string& Identity::primary_group() const {
  static const std::string none;
  return groups && !groups->empty() ? groups->front() : none;
}

Bits GrantedBits(const Identity& identity, const InodeAccess& inode) {
  if (identity.user == inode.owner) return inode.mode.owner();
  if (inode.acl != nullptr) {
    auto named = inode.acl->named_users.find(identity.user);
    if (named != inode.acl->named_users.end()) return Masked(named->second, inode.acl);
  }
  bool in_group = false;
  Bits granted = Bits::kNone;
  if (IsIn(identity, inode.group)) {
    in_group = true;
    granted = inode.mode.group();
  }
  if (inode.acl != nullptr) {
    for (const auto& [group, bits] : inode.acl->named_groups) {
      if (!IsIn(identity, group)) continue;
      in_group = true;
      granted = Union(granted, bits);
    }
  }
  return in_group ? Masked(granted, inode.acl) : inode.mode.other();
}

Identity PermissionChecker::Identify(const std::string& user,
                                     std::shared_ptr<const std::vector<std::string>> groups,
                                     std::string_view root_owner) const {
  Identity identity;
  identity.user = user;
  identity.groups = std::move(groups);
  identity.superuser =
      !settings_.enabled || user == root_owner || IsIn(identity, settings_.supergroup);
  return identity;
}

Status PermissionChecker::Check(const Identity& identity, Bits bits,
                                const std::vector<InodeAccess>& chain,
                                std::string_view path) const {
  if (identity.superuser) return OkStatus();
  for (size_t i = 0; i < chain.size(); ++i) {
    Bits wanted = i + 1 < chain.size() ? Bits::kExecute : bits;
    RETURN_IF_ERROR(CheckOne(identity, wanted, chain[i], path));
  }
  return OkStatus();
}

Status PermissionChecker::CheckOne(const Identity& identity, Bits bits, const InodeAccess& inode,
                                   std::string_view path) const {
  if (identity.superuser || Implies(GrantedBits(identity, inode), bits)) return OkStatus();
  return Denied(identity, bits, inode, path);
}

Status PermissionChecker::CheckOwner(const Identity& identity, const InodeAccess& inode,
                                     std::string_view path) const {
  if (identity.superuser || identity.user == inode.owner) return OkStatus();
  return PermissionDenied("Permission denied: user=" + identity.user +
                          " is not the owner of path=" + std::string(path));
}

Status PermissionChecker::CheckSuperuser(const Identity& identity) const {
  if (identity.superuser) return OkStatus();
  return PermissionDenied("Permission denied: " + identity.user +
                          " is not a super user or in super group");
}

Status PermissionChecker::CheckMember(const Identity& identity, const std::string& group) const {
  if (identity.superuser || IsIn(identity, group)) return OkStatus();
  return PermissionDenied("Permission denied: user=" + identity.user +
                          " is not a member of group=" + group);
}

}  // namespace alluxio::master
