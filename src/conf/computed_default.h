// ComputedDefault: defaults that depend on the machine. The table writes them as
//
//   computed:cpus <times> <divided by> <least> <most>     most 0: no limit
//   computed:memory <times> <divided by>                  bytes; 1.5 GB are assumed if unknown
//
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "conf/load_options.h"

namespace alluxio::conf {

inline constexpr std::string_view kComputedPrefix = "computed:";

// `text` itself when it does not start with kComputedPrefix. CHECKs the form of the table's text.
std::string ComputedDefault(std::string_view text, const HostFacts& host);

}  // namespace alluxio::conf
