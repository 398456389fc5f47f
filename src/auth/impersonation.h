// Impersonation: who may act as whom.
//
// Rules come from properties alluxio.master.security.impersonation.<connection user>.users and
// .groups: comma separated names, or * for everybody. Constant after construction; thread-safe.
#pragma once

#include <map>
#include <set>
#include <string>

#include "auth/user_groups.h"
#include "base/status.h"

namespace alluxio::auth {

class Impersonation {
 public:
  // `properties` may hold other keys too; they are ignored. `groups` must outlive the rules.
  Impersonation(const std::map<std::string, std::string>& properties, UserGroups& groups);

  // OK, or UNAUTHENTICATED with the text Alluxio 2.9 uses. May block for a group lookup.
  Status Check(const std::string& connection_user, const std::string& impersonated) const;

 private:
  struct Rule {
    std::set<std::string> users;
    std::set<std::string> groups;
  };
  bool GroupsAllow(const Rule& rule, const std::string& impersonated) const;

  UserGroups& groups_;
  std::map<std::string, Rule> rules_;  // by connection user
};

}  // namespace alluxio::auth
