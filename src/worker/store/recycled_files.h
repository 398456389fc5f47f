// RecycledFiles: the files of blocks that are gone from a memory tier, kept for the next blocks.
//
// Memory that a file of a tmpfs has already costs a third of fresh memory to write (no page is
// allocated, zeroed or faulted in), and a mapping takes the bytes of an under store without a
// copy on the way. A kept file counts for nobody's quota, so its owner trims what is kept to the
// space that is free, and what nobody took within two rounds of Age() is deleted. A file that is
// mapped stays so: to map a GiB and to unmap it again takes as long as to fill it.
//
// A file is reused only when the kernel says that nobody has it open or mapped: a client that went
// on reading a block after it was freed keeps the old bytes. Thread-safe; calls do disk I/O.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "env/disk.h"

namespace alluxio::worker {

class RecycledFiles {
 public:
  // Files under `least_bytes` are not worth it. Names are made in `folder`, which is emptied by its
  // owner at every start.
  RecycledFiles(Disk& disk, std::string folder, int64_t least_bytes)
      : disk_(disk), folder_(std::move(folder)), least_bytes_(least_bytes) {}

  // Takes the file out of the way of its name and keeps it. False when it is not worth it, or on
  // an error: then the caller deletes it. `mapped`: its mapping, or null; one that others have is
  // of no use.
  bool Offer(const std::string& path, int64_t length, std::shared_ptr<OverwriteFile> mapped);
  // A file of `length` bytes of anything, under the name `path`, which is new. Nothing when there
  // is none.
  std::optional<Overwrite> Take(int64_t length, const std::string& path);
  // The same unmapped, for a writer that opens it. False when there is none.
  bool Hand(int64_t length, const std::string& path);
  // Deletes files until `most_bytes` are kept.
  void Trim(int64_t most_bytes);
  // Deletes what was here at the last call already.
  void Age();
  int64_t bytes() const;

 private:
  struct File {
    std::string path;
    int64_t length = 0;
    bool old = false;
    std::shared_ptr<OverwriteFile> mapped;  // null: not mapped
  };
  using Files = std::list<File>;

  // The smallest that is not much too large.
  Files Choose(int64_t length);
  void Delete(const Files& files);
  // Tries files until `take` has one, and gives that its new name.
  bool TakeOne(int64_t length, const std::string& path,
               const std::function<Status(File& kept)>& take);

  Disk& disk_;
  const std::string folder_;
  const int64_t least_bytes_;
  mutable Mutex mutex_{LockRank::kLeaf};
  Files files_ GUARDED_BY(mutex_);  // the oldest first
  int64_t bytes_ GUARDED_BY(mutex_) = 0;
  uint64_t next_name_ GUARDED_BY(mutex_) = 0;
};

}  // namespace alluxio::worker
