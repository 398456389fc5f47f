#include "master/tree/inode_indexes.h"

namespace alluxio::master {

std::vector<InodeId> InodeIndexes::Slice(const IdSet& set, InodeId after, size_t limit) {
  std::vector<InodeId> ids;
  for (auto it = set.upper_bound(after); it != set.end() && ids.size() < limit; ++it) {
    ids.push_back(*it);
  }
  return ids;
}

std::vector<InodeIndexes::Expiry> InodeIndexes::Expired(int64_t now_ms, const Expiry& after,
                                                        size_t limit) const {
  std::vector<Expiry> expired;
  for (auto it = expiries_.upper_bound(after); it != expiries_.end(); ++it) {
    if (it->at_ms > now_ms || expired.size() == limit) break;
    expired.push_back(*it);
  }
  return expired;
}

std::vector<InodeId> InodeIndexes::ttl_ids() const {
  std::vector<InodeId> ids;
  ids.reserve(expiries_.size());
  for (const Expiry& expiry : expiries_) ids.push_back(expiry.id);
  return ids;
}

void InodeIndexes::SetExpiry(InodeId id, std::optional<int64_t> at_ms) {
  if (expiry_of_.empty() && !at_ms) return;
  auto old = expiry_of_.find(id);
  if (old != expiry_of_.end()) {
    if (at_ms == old->second) return;
    expiries_.erase(Expiry{old->second, id});
    if (!at_ms) expiry_of_.erase(old);
  }
  if (!at_ms) return;
  expiry_of_[id] = *at_ms;
  expiries_.insert(Expiry{*at_ms, id});
}

void InodeIndexes::Remove(InodeId id) {
  SetPinned(id, false);
  SetLimited(id, false);
  SetToBePersisted(id, false);
  SetExpiry(id, std::nullopt);
}

void InodeIndexes::Clear() { *this = InodeIndexes(); }

}  // namespace alluxio::master
