#include "auth/impersonation.h"

#include <algorithm>
#include <string_view>

namespace alluxio::auth {
namespace {

constexpr std::string_view kPrefix = "alluxio.master.security.impersonation.";
constexpr std::string_view kUsers = ".users";
constexpr std::string_view kGroups = ".groups";
constexpr char kEverybody[] = "*";

std::set<std::string> SplitNames(std::string_view list) {
  std::set<std::string> names;
  while (!list.empty()) {
    size_t comma = std::min(list.find(','), list.size());
    std::string_view name = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    size_t first = name.find_first_not_of(" \t");
    if (first == std::string_view::npos) continue;
    size_t last = name.find_last_not_of(" \t");
    names.emplace(name.substr(first, last - first + 1));
  }
  return names;
}

}  // namespace

Impersonation::Impersonation(const std::map<std::string, std::string>& properties,
                             UserGroups& groups)
    : groups_(groups) {
  for (const auto& [key, value] : properties) {
    std::string_view rest(key);
    if (!rest.starts_with(kPrefix)) continue;
    rest.remove_prefix(kPrefix.size());
    // User names may hold dots, so only the last component says which list this is.
    if (rest.ends_with(kUsers) && rest.size() > kUsers.size()) {
      rules_[std::string(rest.substr(0, rest.size() - kUsers.size()))].users = SplitNames(value);
    } else if (rest.ends_with(kGroups) && rest.size() > kGroups.size()) {
      rules_[std::string(rest.substr(0, rest.size() - kGroups.size()))].groups = SplitNames(value);
    }
  }
}

bool Impersonation::GroupsAllow(const Rule& rule, const std::string& impersonated) const {
  if (rule.groups.count(kEverybody) != 0) return true;
  for (const std::string& group : rule.groups) {
    if (groups_.IsMember(impersonated, group)) return true;
  }
  return false;
}

Status Impersonation::Check(const std::string& connection_user,
                            const std::string& impersonated) const {
  if (impersonated.empty() || impersonated == connection_user) return OkStatus();
  std::string denied = "Failed to authenticate client user=\"" + connection_user +
                       "\" connecting to Alluxio server and impersonating as "
                       "impersonationUser=\"" +
                       impersonated + "\" to access Alluxio file system. User \"" +
                       connection_user + "\" is not configured to ";
  auto found = rules_.find(connection_user);
  if (found == rules_.end()) return Unauthenticated(denied + "allow any impersonation.");
  const Rule& rule = found->second;
  if (rule.users.count(kEverybody) != 0 || rule.users.count(impersonated) != 0) return OkStatus();
  if (GroupsAllow(rule, impersonated)) return OkStatus();
  return Unauthenticated(denied + "impersonate user \"" + impersonated + "\".");
}

}  // namespace alluxio::auth
