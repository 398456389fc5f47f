// Whatever the bytes: CleanPath answers, and what it accepts it accepts again unchanged.
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "model/path.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto clean = alluxio::CleanPath({reinterpret_cast<const char*>(data), size});
  if (!clean.ok()) return 0;
  auto again = alluxio::CleanPath(*clean);
  CHECK(again.ok() && *again == *clean);
  CHECK(clean->find("/../") == std::string::npos && clean->find('\0') == std::string::npos);
  return 0;
}
