#include "env/map_ahead.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>

namespace alluxio {
namespace {

constexpr long kHugePage = 2 << 20;

#ifndef MADV_POPULATE_READ
constexpr int MADV_POPULATE_READ = 22;  // Linux 5.14
#endif

}  // namespace

// A tmpfs with huge pages gives their size as the best size of a read.
bool InHugePages(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && status.st_blksize >= kHugePage;
}

void MapAhead(std::string_view bytes) {
  static const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<uintptr_t>(bytes.data()) / page * page;
  const auto end = reinterpret_cast<uintptr_t>(bytes.data()) + bytes.size();
  if (end == begin) return;
  // Refused by older kernels; then every page is a fault as ever.
  (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_READ);
}

}  // namespace alluxio
