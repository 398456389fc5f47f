// OpenFiles: files of object stores that were opened a while ago, so that the next block of one
// needs no further look at the store and is read from the same version.
//
// A file is known by its mount, its path and the container of its blocks: another file that comes
// to the same path gets other block ids. Bounded; the oldest use goes first. Thread-safe.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "base/mutex.h"
#include "env/clock.h"
#include "model/ids.h"
#include "ufs/ufs.h"

namespace alluxio::worker {

struct OpenFilesOptions {
  bool enabled = true;                               // alluxio.worker.ufs.instream.cache.enabled
  Duration expire_after = std::chrono::minutes(5);   // ...expiration.time, since it was opened
  size_t limit = 5000;                               // ...max.size
};

class OpenFiles {
 public:
  struct Key {
    MountId mount = kNoMount;
    std::string path;
    int64_t container = 0;
    auto operator<=>(const Key&) const = default;
  };

  // `clock` must outlive this object.
  OpenFiles(const OpenFilesOptions& options, const Clock& clock)
      : options_(options), clock_(clock) {}

  std::shared_ptr<ufs::UfsReader> Find(const Key& key);  // null when there is none
  void Keep(const Key& key, std::shared_ptr<ufs::UfsReader> file);
  // It failed: whoever comes next looks at the store again.
  void Drop(const Key& key);

 private:
  struct Item {
    Key key;
    std::shared_ptr<ufs::UfsReader> file;  // shared with the fetches that read it
    Duration opened{};
  };
  using Items = std::list<Item>;

  const OpenFilesOptions options_;
  const Clock& clock_;
  Mutex mutex_;
  Items newest_first_ GUARDED_BY(mutex_);
  std::map<Key, Items::iterator> by_key_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::worker
