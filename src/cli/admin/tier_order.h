// TierOrder: storage tiers as people read them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace alluxio::cli {

// MEM before SSD before HDD before others by name.
class TierOrder {
 public:
  bool operator()(const std::string& a, const std::string& b) const {
    return Rank(a) != Rank(b) ? Rank(a) < Rank(b) : a < b;
  }

 private:
  static int Rank(const std::string& tier) {
    return tier == "MEM" ? 0 : tier == "SSD" ? 1 : tier == "HDD" ? 2 : 3;
  }
};
using BytesByTier = std::map<std::string, int64_t, TierOrder>;

}  // namespace alluxio::cli
