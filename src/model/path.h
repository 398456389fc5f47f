// Paths of the namespace: absolute, '/'-separated, clean. Untrusted text becomes a path only here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace alluxio {

inline constexpr size_t kMaxPathBytes = 64 * 1024;
inline constexpr size_t kMaxNameBytes = 4096;
inline constexpr size_t kMaxPathDepth = 1024;

// A clean absolute path: "/" or "/a/b". Removes repeated and trailing slashes; INVALID_ARGUMENT for
// a relative or empty path, for NUL bytes, for components "." and "..", and beyond the limits
// above. Accepts an "alluxio://authority" prefix and drops it.
Result<std::string> CleanPath(std::string_view text);

// The functions below take clean paths.
std::vector<std::string_view> PathComponents(std::string_view path);  // "/" has none
std::string_view BaseName(std::string_view path);                     // "" for "/"
std::string_view ParentPath(std::string_view path);                   // "/" for "/" and "/a"
std::string JoinPath(std::string_view parent, std::string_view name);
// Is `path` equal to or below `ancestor`? Component-wise: "/ab" is not below "/a".
bool IsSameOrBelow(std::string_view path, std::string_view ancestor);

}  // namespace alluxio
