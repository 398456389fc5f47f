// The operating system's user database as a GroupSource.
#include <grp.h>
#include <pwd.h>

#include <cerrno>

#include "auth/user_groups.h"

namespace alluxio::auth {
namespace {

constexpr int kMaxGroups = 65536;           // Linux allows no more (NGROUPS_MAX)
constexpr size_t kMaxRecord = 1024 * 1024;  // of one group or user in the database

Result<std::string> GroupName(gid_t group) {
  std::vector<char> buffer(16 * 1024);
  for (;;) {
    ::group entry{};
    ::group* found = nullptr;
    int error = getgrgid_r(group, &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < kMaxRecord) {
      buffer.resize(buffer.size() * 2);  // a group with many members
      continue;
    }
    if (error != 0) return FromErrno(error, "group " + std::to_string(group));
    return found == nullptr ? std::to_string(group) : std::string(found->gr_name);
  }
}

class SystemGroups : public GroupSource {
 public:
  Result<std::vector<std::string>> GroupsOf(const std::string& user) override {
    std::vector<char> buffer(16 * 1024);
    passwd entry{};
    passwd* found = nullptr;
    int error = getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
    // Several errors stand for "no such user", as getpwnam_r documents.
    if (found == nullptr) {
      if (error == 0 || error == ENOENT || error == ESRCH) return std::vector<std::string>();
      return FromErrno(error, "groups of user " + user);
    }
    ASSIGN_OR_RETURN(std::vector<gid_t> ids, GroupIds(user, found->pw_gid));
    std::vector<std::string> names;
    names.reserve(ids.size());
    for (gid_t id : ids) {
      ASSIGN_OR_RETURN(std::string name, GroupName(id));
      names.push_back(std::move(name));
    }
    return names;
  }

 private:
  static Result<std::vector<gid_t>> GroupIds(const std::string& user, gid_t primary) {
    int count = 64;
    while (count <= kMaxGroups) {
      std::vector<gid_t> ids(count);
      int size = count;
      if (getgrouplist(user.c_str(), primary, ids.data(), &size) >= 0) {
        ids.resize(size);
        return ids;
      }
      count = size > count ? size : count * 2;
    }
    return ResourceExhausted("groups of user " + user + ": more than the system allows");
  }
};

class IdentityGroups : public GroupSource {
 public:
  Result<std::vector<std::string>> GroupsOf(const std::string& user) override {
    return std::vector<std::string>{user};
  }
};

}  // namespace

GroupSource& GroupSource::System() {
  static auto* source = new SystemGroups();
  return *source;
}

GroupSource& GroupSource::Identity() {
  static auto* source = new IdentityGroups();
  return *source;
}

}  // namespace alluxio::auth
