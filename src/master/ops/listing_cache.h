// ListingCache: slices of listings as they were written, of folders that are listed again and again
// while nothing in them changes.
//
// It knows nothing of inodes: whoever takes a slice out compares its stamps with those of now
// (slice_keeper.h). The least recently used slices leave when there are too many bytes. A slice is
// worth keeping when it is asked for a second time: of the first time a small table of hashes is
// all that is left, so that a walk over a large namespace drives nothing out. Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "master/state/change_counts.h"
#include "metrics/counter.h"
#include "model/ids.h"

namespace alluxio::master {

struct SliceKey {
  InodeId folder = kNoInode;
  bool mount_info = true;
  std::string after;  // the name it begins behind

  bool operator==(const SliceKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const SliceKey& key) {
    return H::combine(std::move(h), key.folder, key.mount_info, key.after);
  }
};

// How everything was that a slice shows.
struct SliceStamps {
  ChangeCounts::Stamp folder;  // its children and their fields
  ChangeCounts::Stamp blocks;  // of their files
  uint64_t mounts = 0;
  bool operator==(const SliceStamps&) const = default;
};

struct KeptSlice {
  std::string path;     // of the folder
  std::string next;     // the last name, unless it ends the listing: then ""
  std::string written;  // fields of a ListStatusPResponse
  size_t entries = 0;
  std::vector<int64_t> containers;  // of the files
  SliceStamps stamps;
};
using KeptSlicePtr = std::shared_ptr<const KeptSlice>;

class ListingCache {
 public:
  // 0: nothing is ever kept.
  explicit ListingCache(size_t most_bytes);
  ListingCache(const ListingCache&) = delete;
  ListingCache& operator=(const ListingCache&) = delete;

  KeptSlicePtr Find(const SliceKey& key);  // null: there is none
  // Somebody asks for a slice that is not there: is it worth keeping? Yes when it was asked for
  // before and its folder has not changed since.
  bool WorthKeeping(const SliceKey& key, const ChangeCounts::Stamp& folder);
  // Does the listing of a folder with so many children, each of which takes so many bytes, leave
  // room for others?
  bool HasRoomFor(size_t children, size_t bytes_of_each) const;
  // In the place of an older one.
  void Keep(const SliceKey& key, KeptSlicePtr slice);
  void Drop(const SliceKey& key);

  size_t bytes() const;
  size_t entries() const;  // of all slices
  size_t most_bytes() const { return most_bytes_; }

 private:
  struct Asked {
    uint64_t key = 0;  // its hash
    ChangeCounts::Stamp folder;
  };
  struct Place {
    SliceKey key;
    KeptSlicePtr slice;
  };
  using Places = std::list<Place>;

  static size_t BytesOf(const Place& place);
  void Remove(Places::iterator place) REQUIRES(mutex_);

  static constexpr size_t kAsked = 4096;  // a power of two

  const size_t most_bytes_;
  metrics::Counter& evictions_;
  mutable Mutex mutex_{LockRank::kLeaf};
  Places places_ GUARDED_BY(mutex_);  // the most recently used one first
  absl::flat_hash_map<SliceKey, Places::iterator> by_key_ GUARDED_BY(mutex_);
  std::vector<Asked> asked_ GUARDED_BY(mutex_);  // by hash; empty before the first listing
  size_t bytes_ GUARDED_BY(mutex_) = 0;
  size_t entries_ GUARDED_BY(mutex_) = 0;
};

}  // namespace alluxio::master
