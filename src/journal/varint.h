// Protobuf's variable-length numbers: seven bits a byte, low group first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace alluxio::journal {

inline constexpr size_t kMaxVarintBytes = 10;

// Writes the number where there is room for kMaxVarintBytes, and returns how many it took.
inline size_t PutVarint(uint64_t value, char* to) {
  size_t size = 0;
  for (; value >= 0x80; value >>= 7) to[size++] = static_cast<char>(value | 0x80);
  to[size++] = static_cast<char>(value);
  return size;
}

inline void AppendVarint(uint64_t value, std::string* out) {
  char bytes[kMaxVarintBytes];
  out->append(bytes, PutVarint(value, bytes));
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
