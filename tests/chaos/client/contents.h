// Contents: files of several blocks that are written once and read again and again, each byte known
// by the number of the file and its place in it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "client/fs/file_system.h"
#include "env/rng.h"

namespace alluxio::chaos {

struct ContentCounts {
  std::atomic<int64_t> written{0}, write_errors{0}, read{0}, read_errors{0}, wrong{0};
};

class Contents {
 public:
  // `list` names the file that keeps the numbers and lengths of what was acknowledged.
  Contents(client::FileSystem& fs, std::string list);

  // Until `stop`.
  void WriteAlways(uint64_t seed, const std::atomic<bool>& stop);
  void ReadAlways(uint64_t seed, const std::atomic<bool>& stop);
  // Reads everything that was ever acknowledged.
  void ReadEverything();
  const ContentCounts& counts() const { return counts_; }

 private:
  struct Known {
    int64_t number = 0;
    int64_t length = 0;
  };
  Status Write(const Known& file, WriteType type);
  Status Read(const Known& file, bool slowly);
  void Count(const Known& file, const Status& status);
  void Acknowledged(const Known& file) EXCLUDES(mutex_);

  client::FileSystem& fs_;
  const std::string list_;
  ContentCounts counts_;
  Mutex mutex_;
  std::vector<Known> files_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::chaos
