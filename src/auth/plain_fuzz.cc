// Whatever parses must come out of FormatPlain as it went in.
#include <cstddef>
#include <cstdint>

#include "auth/plain.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view message(reinterpret_cast<const char*>(data), size);
  alluxio::Result<alluxio::auth::PlainCredentials> parsed = alluxio::auth::ParsePlain(message);
  if (parsed.ok()) CHECK(alluxio::auth::FormatPlain(*parsed) == message);
  return 0;
}
