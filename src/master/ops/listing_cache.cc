#include "master/ops/listing_cache.h"

#include <algorithm>

#include "metrics/registry.h"

namespace alluxio::master {
namespace {

// A folder that takes more than this part of it would only drive itself out.
constexpr size_t kMostOfOne = 4;

}  // namespace

ListingCache::ListingCache(size_t most_bytes)
    : most_bytes_(most_bytes),
      evictions_(metrics::Registry::Process().counter("Master.ListingCacheEvictions")) {}

size_t ListingCache::BytesOf(const Place& place) {
  constexpr size_t kRest = 64;  // of tables and of the allocator
  const KeptSlice& slice = *place.slice;
  return sizeof(Place) + sizeof(KeptSlice) + 2 * place.key.after.size() + slice.path.size() +
         slice.next.size() + slice.written.size() + slice.containers.size() * sizeof(int64_t) +
         kRest;
}

KeptSlicePtr ListingCache::Find(const SliceKey& key) {
  MutexLock lock(mutex_);
  auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  places_.splice(places_.begin(), places_, found->second);
  return found->second->slice;
}

bool ListingCache::WorthKeeping(const SliceKey& key, const ChangeCounts::Stamp& folder) {
  if (most_bytes_ == 0) return false;
  const uint64_t hash = absl::Hash<SliceKey>()(key);
  MutexLock lock(mutex_);
  if (asked_.empty()) asked_.resize(kAsked);
  Asked& asked = asked_[hash & (kAsked - 1)];
  const bool again = asked.key == hash && asked.folder == folder;
  asked = Asked{hash, folder};
  return again;
}

bool ListingCache::HasRoomFor(size_t children, size_t bytes_of_each) const {
  return children <= most_bytes_ / kMostOfOne / std::max<size_t>(1, bytes_of_each);
}

void ListingCache::Keep(const SliceKey& key, KeptSlicePtr slice) {
  MutexLock lock(mutex_);
  if (auto found = by_key_.find(key); found != by_key_.end()) Remove(found->second);
  places_.push_front(Place{key, std::move(slice)});
  by_key_[key] = places_.begin();
  bytes_ += BytesOf(places_.front());
  entries_ += places_.front().slice->entries;
  while (bytes_ > most_bytes_ && !places_.empty()) {
    Remove(std::prev(places_.end()));
    evictions_.Add();
  }
}

void ListingCache::Drop(const SliceKey& key) {
  MutexLock lock(mutex_);
  if (auto found = by_key_.find(key); found != by_key_.end()) Remove(found->second);
}

void ListingCache::Remove(Places::iterator place) {
  bytes_ -= BytesOf(*place);
  entries_ -= place->slice->entries;
  by_key_.erase(place->key);
  places_.erase(place);
}

size_t ListingCache::bytes() const {
  MutexLock lock(mutex_);
  return bytes_;
}

size_t ListingCache::entries() const {
  MutexLock lock(mutex_);
  return entries_;
}

}  // namespace alluxio::master
