// The history of a chaos run: one call a line, as JSON, with the times of its begin and its end.
// Times are nanoseconds of the monotonic clock, so the histories of several programs on one machine
// go together. checker/ says what the fields mean.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "model/file_info.h"

namespace alluxio::chaos {

struct Call {
  int client = 0;
  int64_t group = 0;
  std::string op;
  std::string path;  // below the folder of the group: "a", "b/x"; "" for a listing
  std::string to;    // of a rename
  int64_t arg = 0;   // what the call writes, a number nobody else writes
  int64_t begin = 0;
  int64_t end = 0;
  Status status;
  std::vector<FileInfo> seen;
};

int64_t NowNanos();

class History {
 public:
  // Appends to `file`.
  explicit History(const std::string& file);
  ~History();
  void Add(const Call& call) EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  FILE* const file_;
};

}  // namespace alluxio::chaos
