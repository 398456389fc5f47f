// Md5: the digest Alluxio compares configurations by. Not for security. Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace alluxio::conf {

// 32 lower-case hexadecimal digits (RFC 1321).
std::string Md5Hex(std::string_view data);

}  // namespace alluxio::conf
