// PlainCredentials: the one message of SASL PLAIN (RFC 4616), authzid NUL authcid NUL passwd.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace alluxio::auth {

inline constexpr size_t kMaxPlainBytes = 4096;

struct PlainCredentials {
  std::string impersonated;  // authzid; empty = nobody
  std::string user;          // authcid
  std::string password;      // the value does not matter, but it must not be empty
};

// Parses bytes from the network. UNAUTHENTICATED says what is wrong with them.
Result<PlainCredentials> ParsePlain(std::string_view message);
std::string FormatPlain(const PlainCredentials& credentials);

}  // namespace alluxio::auth
