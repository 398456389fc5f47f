// libFuzzer entry: no text of a settings file may crash the parser, the checks or the accessors.
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
    std::string_view name = Trimmed(property.key);
    if (conf.Set(name, property.value).ok()) (void)conf.Find(name);
    (void)ParseBytes(property.value);
    (void)ParseDuration(property.value);
  }
  return 0;
}
