// UfsMode: the maintenance mode of an under store.
#pragma once

#include <cstdint>
#include <string_view>

namespace alluxio::master {

enum class UfsMode : uint8_t { kNoAccess = 0, kReadOnly = 1, kReadWrite = 2 };

std::string_view UfsModeText(UfsMode mode);  // "NO_ACCESS" ...

}  // namespace alluxio::master
