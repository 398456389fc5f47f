// PackedInt: a signed number in fewer bytes than eight, wherever it lies.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace alluxio::master {

// Holds what Fits; the least number of so many bytes stands for "kept elsewhere". Zeroed memory is
// 0.
template <int kBytes>
class PackedInt {
 public:
  static_assert((kBytes == 5 || kBytes == 6) && std::endian::native == std::endian::little);
  static constexpr int64_t kMost = (int64_t{1} << (8 * kBytes - 1)) - 1;
  static constexpr int64_t kElsewhere = -kMost - 1;

  static bool Fits(int64_t value) { return value > kElsewhere && value <= kMost; }
  int64_t get() const {
    uint32_t low = 0;
    High high = 0;
    std::memcpy(&low, bytes_, sizeof(low));
    std::memcpy(&high, bytes_ + sizeof(low), sizeof(high));
    return static_cast<int64_t>(high) << 32 | low;
  }
  void set(int64_t value) { std::memcpy(bytes_, &value, kBytes); }

 private:
  // Two loads: a copy of five bytes would go by way of the stack.
  using High = std::conditional_t<kBytes == 5, int8_t, int16_t>;

  uint8_t bytes_[kBytes];
};

}  // namespace alluxio::master
