#include "conf/md5.h"

#include <openssl/evp.h>

#include <array>

#include "base/check.h"

namespace alluxio::conf {

void Md5::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Md5::Md5() : context_(EVP_MD_CTX_new()) {
  // "-fips": a host that allows approved digests only still has to compare configurations.
  std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> digest(EVP_MD_fetch(nullptr, "MD5", "-fips"),
                                                    &EVP_MD_free);
  CHECK(context_ != nullptr && digest != nullptr) << "OpenSSL has no MD5";
  CHECK(EVP_DigestInit_ex2(context_.get(), digest.get(), nullptr) == 1);
}

void Md5::Update(std::string_view data) {
  CHECK(EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1);
}

std::string Md5::Hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex.push_back(kDigits[digest[i] >> 4]);
    hex.push_back(kDigits[digest[i] & 15]);
  }
  return hex;
}

std::string Md5Hex(std::string_view data) {
  Md5 md5;
  md5.Update(data);
  return md5.Hex();
}

}  // namespace alluxio::conf
