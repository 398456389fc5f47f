#include "conf/md5.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace alluxio::conf {
namespace {

using State = std::array<uint32_t, 4>;

constexpr int kShifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

// RFC 1321 3.4: the whole part of 2^32 * |sin(i)|, i in radians.
std::array<uint32_t, 64> SineTable() {
  std::array<uint32_t, 64> table{};
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<uint32_t>(
        std::floor(std::fabs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
  }
  return table;
}

uint32_t LittleEndian(const char* bytes) {
  uint32_t word = 0;
  for (int i = 3; i >= 0; --i) word = word << 8 | static_cast<unsigned char>(bytes[i]);
  return word;
}

void Mix(const char* block, const std::array<uint32_t, 64>& sines, State* state) {
  auto [a, b, c, d] = *state;
  for (size_t i = 0; i < 64; ++i) {
    uint32_t f = 0;
    size_t word = 0;
    switch (i / 16) {
      case 0: f = (b & c) | (~b & d); word = i; break;
      case 1: f = (d & b) | (~d & c); word = (5 * i + 1) % 16; break;
      case 2: f = b ^ c ^ d; word = (3 * i + 5) % 16; break;
      default: f = c ^ (b | ~d); word = (7 * i) % 16; break;
    }
    uint32_t sum = a + f + sines[i] + LittleEndian(block + 4 * word);
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, kShifts[i / 16][i % 4]);
  }
  *state = {(*state)[0] + a, (*state)[1] + b, (*state)[2] + c, (*state)[3] + d};
}

}  // namespace

std::string Md5Hex(std::string_view data) {
  std::string padded(data);
  padded.push_back(static_cast<char>(0x80));
  while (padded.size() % 64 != 56) padded.push_back('\0');
  uint64_t bits = uint64_t{data.size()} * 8;
  for (int i = 0; i < 8; ++i) padded.push_back(static_cast<char>(bits >> (8 * i)));

  static const std::array<uint32_t, 64> sines = SineTable();
  State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for (size_t at = 0; at < padded.size(); at += 64) Mix(padded.data() + at, sines, &state);

  std::string hex;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (uint32_t word : state) {
    for (int i = 0; i < 4; ++i, word >>= 8) {
      hex.push_back(kDigits[word >> 4 & 15]);
      hex.push_back(kDigits[word & 15]);
    }
  }
  return hex;
}

}  // namespace alluxio::conf
