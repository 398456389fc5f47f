// FindOptions, FindPage: a search below a directory, and what it found. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "env/clock.h"
#include "model/file_info.h"

namespace alluxio::master {

// `text` is looked for in the path from the directory on, letters of ASCII in either case. `offset`
// and `limit` say which of what is found is shown; the rest bounds the search.
struct FindOptions {
  std::string text;
  int64_t offset = 0;
  int64_t limit = 0;
  int64_t max_found = 100'000;
  int64_t max_visited = 20'000'000;
  Duration max_time = std::chrono::seconds(3);
};

enum class FindEnd { kAll, kFound, kVisited, kTime };  // which bound ended it; kAll: none

struct FindPage {
  std::vector<FileInfo> entries;  // in the order of a recursive listing
  int64_t found = 0;
  int64_t visited = 0;
  FindEnd end = FindEnd::kAll;
};

}  // namespace alluxio::master
