#include "base/mutex.h"

#ifndef NDEBUG
#include <vector>

#include "base/check.h"

namespace alluxio::mutex_internal {
namespace {
thread_local std::vector<int> held_ranks;
}  // namespace

void Acquired(LockRank rank) {
  int value = static_cast<int>(rank);
  CHECK(held_ranks.empty() || value < held_ranks.back())
      << "lock of rank " << value << " taken while rank " << held_ranks.back() << " is held";
  held_ranks.push_back(value);
}

void Released(LockRank rank) {
  int value = static_cast<int>(rank);
  for (auto it = held_ranks.rbegin(); it != held_ranks.rend(); ++it) {
    if (*it == value) {
      held_ranks.erase(std::next(it).base());
      return;
    }
  }
  CHECK(false) << "lock of rank " << value << " released by a thread that does not hold it";
}

}  // namespace alluxio::mutex_internal
#endif
