// Durations are std::chrono::nanoseconds; times of the wall clock are milliseconds since 1970.
#pragma once

#include <chrono>
#include <cstdint>

namespace alluxio {

using Duration = std::chrono::nanoseconds;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""us;

inline int64_t ToMillis(Duration d) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}
inline Duration Millis(int64_t ms) { return std::chrono::milliseconds(ms); }

}  // namespace alluxio
