// Clock: the only source of time. FakeClock (tests/fixtures) stands in for it in tests.
#pragma once

#include <cstdint>

#include "base/duration.h"

namespace alluxio {

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall clock, milliseconds since 1970; may jump.
  virtual int64_t NowMs() const = 0;
  // Never goes back; comparable only within this process.
  virtual Duration Monotonic() const = 0;

  // The machine's clock; lives forever.
  static Clock& Real();
};

}  // namespace alluxio
