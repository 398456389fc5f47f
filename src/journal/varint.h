// Protobuf's variable-length numbers: seven bits a byte, low group first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace alluxio::journal {

inline constexpr size_t kMaxVarintBytes = 10;

inline void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

// The number of bytes the number at the front takes; 0 when it is cut off or longer than allowed.
inline size_t ParseVarint(std::string_view bytes, uint64_t* value) {
  uint64_t result = 0;
  for (size_t i = 0; i < bytes.size() && i < kMaxVarintBytes; ++i) {
    uint64_t byte = static_cast<unsigned char>(bytes[i]);
    result |= (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) {
      *value = result;
      return i + 1;
    }
  }
  return 0;
}

}  // namespace alluxio::journal
