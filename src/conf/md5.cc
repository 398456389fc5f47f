#include "conf/md5.h"

// The plain functions of OpenSSL: those of EVP load its providers first, 2 MB of memory in a
// process that needs nothing else of them, and refuse MD5 on hosts that allow approved digests
// only, which have to compare configurations too.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>

#include <array>

#include "base/check.h"

namespace alluxio::conf {

void Md5::Free::operator()(MD5state_st* state) const { delete state; }

Md5::Md5() : state_(new MD5state_st) { CHECK(MD5_Init(state_.get()) == 1); }

void Md5::Update(std::string_view data) {
  CHECK(MD5_Update(state_.get(), data.data(), data.size()) == 1);
}

std::string Md5::Hex() {
  std::array<unsigned char, MD5_DIGEST_LENGTH> digest;
  CHECK(MD5_Final(digest.data(), state_.get()) == 1);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned char byte : digest) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

std::string Md5Hex(std::string_view data) {
  Md5 md5;
  md5.Update(data);
  return md5.Hex();
}

}  // namespace alluxio::conf
