#include "rpc/channel_registry.h"

namespace alluxio::rpc {

Status ChannelRegistry::Add(const std::string& id, auth::User user, std::function<void()> end,
                            Ticket* ticket) {
  if (id.empty() || id.size() > kMaxIdBytes) {
    return Unauthenticated("Channel id is missing or too long in the authentication request");
  }
  Entry dropped;  // destroyed after the lock, because it owns foreign objects
  WriterLock lock(mutex_);
  if (closed_) return Unavailable("The server is stopping");
  auto [entry, added] = entries_.try_emplace(id);
  if (!added) {
    changes_.fetch_add(1, std::memory_order_release);
    dropped = std::move(entry->second);
    entries_.erase(entry);
    return Unauthenticated("Channel id is authenticated already");
  }
  changes_.fetch_add(1, std::memory_order_release);
  entry->second.user = std::make_shared<const auth::User>(std::move(user));
  entry->second.end = std::move(end);
  entry->second.ticket = next_ticket_++;
  *ticket = entry->second.ticket;
  return OkStatus();
}

void ChannelRegistry::Remove(const std::string& id, Ticket ticket) {
  Entry dropped;  // destroyed after the lock, because it owns foreign objects
  WriterLock lock(mutex_);
  auto entry = entries_.find(id);
  if (entry == entries_.end() || entry->second.ticket != ticket) return;
  changes_.fetch_add(1, std::memory_order_release);
  dropped = std::move(entry->second);
  entries_.erase(entry);
}

std::shared_ptr<const auth::User> ChannelRegistry::Find(std::string_view id) const {
  ReaderLock lock(mutex_);
  auto entry = entries_.find(id);
  return entry == entries_.end() ? nullptr : entry->second.user;
}

const std::shared_ptr<const auth::User>& KnownChannel::Find(const ChannelRegistry& registry,
                                                            std::string_view id) {
  const uint64_t changes = registry.changes();
  if (user_ != nullptr && changes == changes_ && id == id_) return user_;
  changes_ = changes;  // read before the entries: what changes meanwhile is looked at next time
  id_ = id;
  user_ = registry.Find(id);
  return user_;
}

size_t ChannelRegistry::size() const {
  ReaderLock lock(mutex_);
  return entries_.size();
}

void ChannelRegistry::CloseAll() {
  std::vector<std::function<void()>> ends;
  {
    WriterLock lock(mutex_);
    closed_ = true;
    ends.reserve(entries_.size());
    // Registrations stay until their streams end: calls under way may finish.
    for (auto& [id, entry] : entries_) ends.push_back(std::move(entry.end));
  }
  for (auto& end : ends) {
    if (end) end();
  }
}

}  // namespace alluxio::rpc
