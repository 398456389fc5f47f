#include "conf/consistency.h"

#include <algorithm>
#include <iterator>

namespace alluxio::conf {
namespace {

struct Row {
  std::string_view name;
  Consistency consistency;
};

constexpr Row kRows[] = {
#define ENFORCE(name) {name, Consistency::kEnforce},
#define NOTED(name) {name, Consistency::kWarn},
#include "conf/keys/consistency.def"
#undef ENFORCE
#undef NOTED
};

}  // namespace

Consistency ConsistencyOf(std::string_view name) {
  const Row* row = std::lower_bound(
      std::begin(kRows), std::end(kRows), name,
      [](const Row& one, std::string_view wanted) { return one.name < wanted; });
  return row == std::end(kRows) || row->name != name ? Consistency::kIgnore : row->consistency;
}

}  // namespace alluxio::conf
