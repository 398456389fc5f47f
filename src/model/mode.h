// Mode: nine POSIX permission bits, and the rwx bits asked for in an access check.
#pragma once

#include <cstdint>
#include <string>

namespace alluxio {

enum class Bits : uint8_t {  // a set of r=4 w=2 x=1
  kNone = 0,
  kExecute = 1,
  kWrite = 2,
  kWriteExecute = 3,
  kRead = 4,
  kReadExecute = 5,
  kReadWrite = 6,
  kAll = 7,
};

inline bool Implies(Bits have, Bits want) {
  return (static_cast<uint8_t>(have) & static_cast<uint8_t>(want)) == static_cast<uint8_t>(want);
}

struct Mode {
  uint16_t bits = 0;  // 0..0777

  Bits owner() const { return static_cast<Bits>((bits >> 6) & 7); }
  Bits group() const { return static_cast<Bits>((bits >> 3) & 7); }
  Bits other() const { return static_cast<Bits>(bits & 7); }
  bool operator==(const Mode&) const = default;
};

// "rwxr-xr-x"
std::string ModeText(Mode mode);
// "rw-"
std::string BitsText(Bits bits);

}  // namespace alluxio
