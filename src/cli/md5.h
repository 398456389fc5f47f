// Md5: the MD5 digest (RFC 1321) of a stream of bytes. For checksums people compare with md5sum,
// not for security. Thread-compatible.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace alluxio::cli {

class Md5 {
 public:
  void Update(std::string_view data);
  // Ends the digest; call once.
  std::string Hex();

 private:
  void Block(const unsigned char* bytes);

  std::array<uint32_t, 4> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  std::array<unsigned char, 64> pending_{};
  uint64_t length_ = 0;  // bytes so far
};

}  // namespace alluxio::cli
