#include "conf/computed_default.h"

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "conf/value_format.h"

namespace alluxio::conf {

std::string ComputedDefault(std::string_view text, const HostFacts& host) {
  if (text.substr(0, kComputedPrefix.size()) != kComputedPrefix) return std::string(text);
  std::vector<std::string> words = SplitList(text.substr(kComputedPrefix.size()), ' ');
  CHECK(words.size() == 5 || words.size() == 3) << text;
  int64_t times = ParseLong(words[1]).value();
  int64_t divisor = ParseLong(words[2]).value();
  if (words[0] == "memory") {
    // 2/3 of this is the 1 GB that 2.9 takes when it cannot ask.
    constexpr int64_t kAssumedMemory = int64_t{3} << 29;
    int64_t memory = host.memory_bytes > 0 ? host.memory_bytes : kAssumedMemory;
    return std::to_string(memory / divisor * times);
  }
  CHECK(words[0] == "cpus" && words.size() == 5) << text;
  int64_t number = std::max(host.cpus * times / divisor, ParseLong(words[3]).value());
  int64_t most = ParseLong(words[4]).value();
  return std::to_string(most > 0 ? std::min(number, most) : number);
}

}  // namespace alluxio::conf
