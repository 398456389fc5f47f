// libFuzzer entry: no block of HPACK breaks a decoder or exceeds its limits, and what was decoded
// comes back from our encoder. An input is blocks, each after a byte with its length.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/internal/http2/grpc_head.h"
#include "rpc/internal/http2/header_coder.h"

namespace {

using namespace alluxio::rpc;

constexpr HeaderLimits kLimits{4096, 16};

void Demand(bool condition) {
  if (!condition) abort();
}

void DemandWithinLimits(const HeaderBlock& block) {
  size_t bytes = 0;
  for (size_t i = 0; i < block.size(); ++i) {
    bytes += block[i].name.size() + block[i].value.size() + 32;
  }
  Demand(block.size() <= kLimits.fields && bytes <= kLimits.bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  HeaderDecoder decoder(kLimits);
  HeaderEncoder encoder;
  HeaderDecoder back(kLimits);
  encoder.SetTableSize(uint32_t{data[0]} * 16);
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  HeaderBlock block;
  HeaderBlock again;
  while (!rest.empty()) {
    const size_t length = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    block.Clear();
    const Http2Error error = decoder.Decode(rest.substr(0, length), &block);
    DemandWithinLimits(block);
    if (error != Http2Error::kNone) return 0;
    rest.remove_prefix(std::min(rest.size(), length));
    (void)RequestHead::Of(block);
    (void)ResponseHead::Of(block).ToStatus();
    if (block.too_large()) continue;
    std::vector<HeaderField> fields;
    for (size_t i = 0; i < block.size(); ++i) fields.push_back(block[i]);
    again.Clear();
    Demand(back.Decode(encoder.Encode(fields), &again) == Http2Error::kNone);
    Demand(!again.too_large() && again.size() == block.size());
    for (size_t i = 0; i < block.size(); ++i) {
      Demand(again[i].name == block[i].name && again[i].value == block[i].value);
    }
  }
  return 0;
}
