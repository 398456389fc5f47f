// Java's "modified UTF-8": zero is two bytes, and what is beyond 16 bits two surrogates of three.
#pragma once

#include <string>
#include <string_view>

namespace alluxio::job {

std::string FromJavaText(std::string_view text);
std::string ToJavaText(std::string_view text);

}  // namespace alluxio::job
