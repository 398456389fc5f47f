#include "cli/md5.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

namespace alluxio::cli {
namespace {

constexpr int kShifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

// floor(2^32 * |sin(i + 1)|), as the algorithm is defined.
std::array<uint32_t, 64> MakeConstants() {
  std::array<uint32_t, 64> constants{};
  for (size_t i = 0; i < constants.size(); ++i) {
    double sine = std::fabs(std::sin(static_cast<double>(i + 1)));
    constants[i] = static_cast<uint32_t>(std::floor(4294967296.0 * sine));
  }
  return constants;
}

uint32_t RotateLeft(uint32_t value, int bits) { return (value << bits) | (value >> (32 - bits)); }

}  // namespace

void Md5::Block(const unsigned char* bytes) {
  static const std::array<uint32_t, 64> kConstants = MakeConstants();
  std::array<uint32_t, 16> words{};
  std::memcpy(words.data(), bytes, 64);  // little-endian hosts only, like the rest of the product
  auto [a, b, c, d] = state_;
  for (uint32_t i = 0; i < 64; ++i) {
    uint32_t mixed = 0;
    uint32_t word = 0;
    switch (i / 16) {
      case 0: mixed = (b & c) | (~b & d); word = i; break;
      case 1: mixed = (d & b) | (~d & c); word = (5 * i + 1) % 16; break;
      case 2: mixed = b ^ c ^ d; word = (3 * i + 5) % 16; break;
      default: mixed = c ^ (b | ~d); word = (7 * i) % 16; break;
    }
    uint32_t next = a + mixed + kConstants[i] + words[word];
    a = d;
    d = c;
    c = b;
    b += RotateLeft(next, kShifts[i / 16][i % 4]);
  }
  state_ = {state_[0] + a, state_[1] + b, state_[2] + c, state_[3] + d};
}

void Md5::Update(std::string_view data) {
  size_t used = length_ % 64;
  length_ += data.size();
  if (used > 0) {
    size_t count = std::min(data.size(), 64 - used);
    std::memcpy(pending_.data() + used, data.data(), count);
    data.remove_prefix(count);
    if (used + count < 64) return;
    Block(pending_.data());
  }
  while (data.size() >= 64) {
    Block(reinterpret_cast<const unsigned char*>(data.data()));
    data.remove_prefix(64);
  }
  if (!data.empty()) std::memcpy(pending_.data(), data.data(), data.size());
}

std::string Md5::Hex() {
  uint64_t bits = length_ * 8;
  std::string padding(1, '\x80');
  padding.resize(1 + (119 - length_ % 64) % 64, '\0');
  Update(padding);
  std::string count(8, '\0');
  std::memcpy(count.data(), &bits, 8);
  Update(count);
  std::string hex;
  for (uint32_t word : state_) {
    for (int i = 0; i < 4; ++i) hex += fmt::format("{:02x}", (word >> (8 * i)) & 0xff);
  }
  return hex;
}

}  // namespace alluxio::cli
