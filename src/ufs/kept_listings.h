// KeptListings: listings that were handed out in part, until somebody asks for their next page.
//
// A page that is not here any more is listed anew by its token, which costs a request or two.
// Thread-safe; a listing has one owner at a time: this, or the call that took it out.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {

template <typename Listing>
class KeptListings {
 public:
  explicit KeptListings(size_t limit) : limit_(limit) {}

  // The listing of `key` that stopped where options.page begins; null when it is not here.
  std::unique_ptr<Listing> Take(const std::string& key, const UfsListOptions& options) {
    if (options.page.empty()) return nullptr;
    MutexLock lock(mutex_);
    for (auto it = kept_.begin(); it != kept_.end(); ++it) {
      if (it->key == key && it->page == options.page && it->recursive == options.recursive) {
        std::unique_ptr<Listing> listing = std::move(it->listing);
        kept_.erase(it);
        return listing;
      }
    }
    return nullptr;
  }

  void Keep(const std::string& key, bool recursive, const std::string& page,
            std::unique_ptr<Listing> listing) {
    std::list<Kept> dropped;  // closed after the lock
    MutexLock lock(mutex_);
    kept_.push_front({key, page, recursive, std::move(listing)});
    if (kept_.size() > limit_) dropped.splice(dropped.begin(), kept_, std::prev(kept_.end()));
  }

 private:
  struct Kept {
    std::string key;
    std::string page;
    bool recursive = false;
    std::unique_ptr<Listing> listing;
  };

  const size_t limit_;
  Mutex mutex_;
  std::list<Kept> kept_ GUARDED_BY(mutex_);  // newest first
};

}  // namespace alluxio::ufs
