// CRC-32C (Castagnoli), as RFC 3720 B.4 defines it. Uses the SSE4.2 instruction when present.
#pragma once

#include <cstdint>
#include <string_view>

namespace alluxio {

// Extends `crc` (0 to begin with) over `data`; Extend(Extend(0, a), b) == Extend(0, a + b).
uint32_t ExtendCrc32c(uint32_t crc, std::string_view data);

inline uint32_t Crc32c(std::string_view data) { return ExtendCrc32c(0, data); }

}  // namespace alluxio
