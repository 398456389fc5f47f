// FilePreview: the bytes of files for the pages, read through workers as a client does, and without
// caching what was only looked at.
//
// The client connects on first use, as the master's own user: the caller has checked that whoever
// asks may read the file. Thread-safe; calls block.
#pragma once

#include <memory>
#include <string>

#include "base/mutex.h"
#include "client/fs/file_system.h"
#include "conf/configuration.h"

namespace alluxio::master {

class FilePreview {
 public:
  // `conf` outlives this.
  explicit FilePreview(const conf::Configuration& conf) : conf_(conf) {}

  // At most `limit` bytes from `offset`.
  Status Read(const std::string& path, int64_t offset, size_t limit, std::string* text);
  Result<std::shared_ptr<client::FileInStream>> Open(const std::string& path);

 private:
  Result<client::FileSystem*> Client() EXCLUDES(mutex_);

  const conf::Configuration& conf_;
  Mutex mutex_{LockRank::kProcess};
  std::unique_ptr<client::FileSystem> client_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::master
