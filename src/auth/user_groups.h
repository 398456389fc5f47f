// UserGroups: which groups a user belongs to, as this machine knows it.
//
// Answers are remembered for a while, because asking the operating system may mean asking a
// directory server. Thread-safe. A lookup that is not remembered blocks its caller, so threads of
// the transport ask only for users that are likely remembered, or hand the question over.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/mutex.h"
#include "base/result.h"
#include "env/clock.h"

namespace alluxio::auth {

// The primary group first. Shared, because every call of a user has the same ones; never null.
using GroupList = std::shared_ptr<const std::vector<std::string>>;

// Where groups come from.
class GroupSource {
 public:
  virtual ~GroupSource() = default;
  // The primary group first. An unknown user has no groups.
  virtual Result<std::vector<std::string>> GroupsOf(const std::string& user) = 0;

  // The operating system's user database; lives forever.
  static GroupSource& System();
  // Every user's only group is a group of the same name; lives forever.
  static GroupSource& Identity();
};

struct UserGroupsOptions {
  Duration timeout = std::chrono::minutes(1);  // 0 = remember nothing
  size_t max_users = 10000;                    // the longest unused is forgotten first
};

class UserGroups {
 public:
  UserGroups(GroupSource& source, const UserGroupsOptions& options, Clock& clock);
  ~UserGroups();
  UserGroups(const UserGroups&) = delete;
  UserGroups& operator=(const UserGroups&) = delete;

  // The groups of `user`, the primary one first; empty for an unknown user.
  Result<GroupList> GroupsOf(const std::string& user);
  bool IsMember(const std::string& user, const std::string& group);
  // The primary group; "" when there is none.
  std::string PrimaryGroup(const std::string& user);
  void Clear();

 private:
  struct Entry {
    std::string user;
    GroupList groups;
    Duration expires{};
  };

  // Null when it is not remembered.
  GroupList Remembered(const std::string& user);
  void Remember(const std::string& user, GroupList groups);

  GroupSource& source_;
  const UserGroupsOptions options_;
  Clock& clock_;
  Mutex mutex_{LockRank::kLeaf};
  std::list<Entry> entries_ GUARDED_BY(mutex_);  // most recently used first
  std::map<std::string, std::list<Entry>::iterator, std::less<>> by_user_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::auth
