// libFuzzer entry: frames are the same however the bytes are cut, and nothing is read beyond them.
// The first byte says how the bytes are cut, the second whether a preface is expected.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rpc/internal/http2/frame_reader.h"

namespace {

using namespace alluxio::rpc;

void Demand(bool condition) {
  if (!condition) abort();
}

// What a visitor is told, as text; pieces of DATA are joined, because they follow the cuts.
class Trace final : public FrameVisitor {
 public:
  Http2Error OnFrame(const FrameHeader& header, std::string_view payload) override {
    Demand(header.length == payload.size() && header.type != FrameType::kData);
    Add(header, 'f');
    text.append(payload);
    return Http2Error::kNone;
  }
  Http2Error OnDataBegin(const FrameHeader& header, uint32_t padding) override {
    Demand(padding <= header.length && header.type == FrameType::kData);
    Add(header, 'b');
    left_ = header.length - padding;
    return Http2Error::kNone;
  }
  Http2Error OnDataBytes(std::string_view bytes) override {
    Demand(bytes.size() <= left_);
    left_ -= static_cast<uint32_t>(bytes.size());
    text.append(bytes);
    return Http2Error::kNone;
  }
  Http2Error OnDataEnd(const FrameHeader& header) override {
    Demand(left_ == 0);
    Add(header, 'e');
    return Http2Error::kNone;
  }
  std::string text;

 private:
  void Add(const FrameHeader& header, char what) {
    char bytes[kFrameHeaderBytes];
    header.Write(bytes);
    text.push_back(what);
    text.append(bytes, sizeof(bytes));
  }
  uint32_t left_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t step = 1 + data[0] % 64;
  const bool preface = (data[1] & 1) != 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  Trace whole;
  FrameReader at_once(whole, preface, 100000);
  const Http2Error expected = at_once.Read(rest);
  Trace pieces;
  FrameReader cut(pieces, preface, 100000);
  Http2Error error = Http2Error::kNone;
  while (error == Http2Error::kNone && !rest.empty()) {
    std::string_view piece = rest.substr(0, step);
    // Every other piece of DATA is put in place by somebody else.
    const size_t direct = (data[1] & 2) != 0 ? std::min(cut.DirectBytes(), piece.size()) : 0;
    if (direct > 0) {
      Demand(pieces.OnDataBytes(piece.substr(0, direct)) == Http2Error::kNone);
      error = cut.TookDirectly(direct);
      piece = piece.substr(0, direct);
    } else {
      error = cut.Read(piece);
    }
    rest.remove_prefix(piece.size());
  }
  Demand(error == expected && pieces.text == whole.text);
  if (error == Http2Error::kNone) Demand(cut.AtBoundary() == at_once.AtBoundary());
  return 0;
}
