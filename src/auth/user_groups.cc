#include "auth/user_groups.h"

#include <algorithm>

#include "base/log.h"

namespace alluxio::auth {

UserGroups::UserGroups(GroupSource& source, const UserGroupsOptions& options, Clock& clock)
    : source_(source), options_(options), clock_(clock) {}

UserGroups::~UserGroups() = default;

GroupList UserGroups::Remembered(const std::string& user) {
  MutexLock lock(mutex_);
  auto found = by_user_.find(user);
  if (found == by_user_.end()) return nullptr;
  if (clock_.Monotonic() >= found->second->expires) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->groups;
}

void UserGroups::Remember(const std::string& user, GroupList groups) {
  if (options_.timeout <= Duration::zero() || options_.max_users == 0) return;
  MutexLock lock(mutex_);
  auto found = by_user_.find(user);
  if (found == by_user_.end()) {
    if (entries_.size() >= options_.max_users) {
      by_user_.erase(entries_.back().user);
      entries_.pop_back();
    }
    entries_.push_front(Entry{user, nullptr, {}});
    by_user_[user] = entries_.begin();
  } else {
    entries_.splice(entries_.begin(), entries_, found->second);
  }
  entries_.front().groups = std::move(groups);
  entries_.front().expires = clock_.Monotonic() + options_.timeout;
}

Result<GroupList> UserGroups::GroupsOf(const std::string& user) {
  if (GroupList known = Remembered(user)) return known;
  // Outside the lock: the answer may have to come over a network.
  ASSIGN_OR_RETURN(std::vector<std::string> groups, source_.GroupsOf(user));
  auto shared = std::make_shared<const std::vector<std::string>>(std::move(groups));
  Remember(user, shared);
  return GroupList(shared);
}

bool UserGroups::IsMember(const std::string& user, const std::string& group) {
  Result<GroupList> groups = GroupsOf(user);
  if (!groups.ok()) {
    LogIfError(groups.status(), "treated as a user without groups");
    return false;
  }
  return std::find((*groups)->begin(), (*groups)->end(), group) != (*groups)->end();
}

std::string UserGroups::PrimaryGroup(const std::string& user) {
  Result<GroupList> groups = GroupsOf(user);
  if (!groups.ok()) {
    LogIfError(groups.status(), "treated as a user without groups");
    return "";
  }
  return (*groups)->empty() ? "" : (*groups)->front();
}

void UserGroups::Clear() {
  MutexLock lock(mutex_);
  by_user_.clear();
  entries_.clear();
}

}  // namespace alluxio::auth
