// Md5: the MD5 digest (RFC 1321) of a stream of bytes, by OpenSSL. For configurations that Alluxio
// compares by it and checksums people compare with md5sum; not for security. Thread-compatible.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct MD5state_st;

namespace alluxio::conf {

class Md5 {
 public:
  Md5();

  void Update(std::string_view data);
  // Ends the digest, 32 lower-case hexadecimal digits; call once.
  std::string Hex();

 private:
  struct Free {
    void operator()(MD5state_st* state) const;
  };
  std::unique_ptr<MD5state_st, Free> state_;
};

std::string Md5Hex(std::string_view data);

}  // namespace alluxio::conf
