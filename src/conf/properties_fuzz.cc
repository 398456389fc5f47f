// libFuzzer entry: no text may crash the parser, and what it yields is printable as UTF-8 keys.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "conf/configuration.h"
#include "conf/properties.h"
#include "conf/value_format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace alluxio::conf;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  alluxio::Result<Properties> properties = ParseProperties(text);
  if (!properties.ok()) return 0;
  Configuration conf = Configuration::ForTest();
  for (const Property& property : *properties) {
    if (conf.Set(property.key, property.value).ok()) conf.Find(property.key);
    (void)ParseBytes(property.value);
    (void)ParseDuration(property.value);
  }
  return 0;
}
