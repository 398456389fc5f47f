#include "base/mutex.h"

#include <array>
#include <cstdlib>
#include <string_view>

#include "base/check.h"

namespace alluxio::mutex_internal {
namespace {

// Ranks that a thread holds, outermost first. A plain array, because a thread's last locks are
// taken while its other thread-local objects go.
struct Held {
  std::array<int, 16> ranks;
  size_t count;
};
thread_local constinit Held held{};

bool Asked() {
#ifdef NDEBUG
  const char* value = std::getenv("ALLUXIO_CHECK_LOCK_RANKS");
  return value != nullptr && std::string_view(value) == "1";
#else
  return true;
#endif
}

}  // namespace

constinit bool checks_ranks = false;

// Before the first lock of any static object, whose release would be missed otherwise.
[[gnu::constructor(101)]] void DecideOnChecks() { checks_ranks = Asked(); }

void CheckAcquired(LockRank rank) {
  const int value = static_cast<int>(rank);
  CHECK(held.count == 0 || value < held.ranks[held.count - 1])
      << "lock of rank " << value << " taken while rank " << held.ranks[held.count - 1]
      << " is held";
  CHECK(held.count < held.ranks.size()) << "more locks at a time than there are ranks";
  held.ranks[held.count++] = value;
}

void CheckReleased(LockRank rank) {
  const int value = static_cast<int>(rank);
  for (size_t at = held.count; at-- > 0;) {
    if (held.ranks[at] != value) continue;
    for (--held.count; at < held.count; ++at) held.ranks[at] = held.ranks[at + 1];
    return;
  }
  CHECK(false) << "lock of rank " << value << " released by a thread that does not hold it";
}

}  // namespace alluxio::mutex_internal
