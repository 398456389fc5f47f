// Consistency: whether servers of one cluster may have different values of a property, as 2.9 says.
#pragma once

#include <string_view>

namespace alluxio::conf {

enum class Consistency {
  kIgnore,   // each its own: host names, ports, what only one process reads
  kWarn,     // the same is recommended
  kEnforce,  // the same is required
};

// kIgnore for names that 2.9 does not know.
Consistency ConsistencyOf(std::string_view name);

}  // namespace alluxio::conf
