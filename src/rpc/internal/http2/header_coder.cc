#include "rpc/internal/http2/header_coder.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace alluxio::rpc {
namespace {

constexpr size_t kTableBytes = 4096;
constexpr size_t kFieldOverhead = 32;
constexpr size_t kMaxFieldsSent = 16;

std::string_view ViewOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

HeaderDecoder::HeaderDecoder(const HeaderLimits& limits) : limits_(limits) {
  CHECK(nghttp2_hd_inflate_new(&inflater_) == 0) << "out of memory";
}

HeaderDecoder::~HeaderDecoder() { nghttp2_hd_inflate_del(inflater_); }

Http2Error HeaderDecoder::Decode(std::string_view block, HeaderBlock* out) {
  size_t bytes = 0;
  const auto* at = reinterpret_cast<const uint8_t*>(block.data());
  size_t left = block.size();
  while (true) {
    nghttp2_nv field;
    int flags = 0;
    const ssize_t used = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, at, left, 1);
    if (used < 0) return Http2Error::kCompression;
    at += used;
    left -= static_cast<size_t>(used);
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
      bytes += field.namelen + field.valuelen + kFieldOverhead;
      if (bytes > limits_.bytes || out->size() >= limits_.fields) {
        out->SetTooLarge();  // the rest is decoded all the same: the table depends on it
      } else {
        out->Add(ViewOf(field.name, field.namelen), ViewOf(field.value, field.valuelen));
      }
    }
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && left == 0) return Http2Error::kCompression;
  }
  nghttp2_hd_inflate_end_headers(inflater_);
  return Http2Error::kNone;
}

HeaderEncoder::HeaderEncoder() {
  CHECK(nghttp2_hd_deflate_new(&deflater_, kTableBytes) == 0) << "out of memory";
}

HeaderEncoder::~HeaderEncoder() { nghttp2_hd_deflate_del(deflater_); }

void HeaderEncoder::SetTableSize(uint32_t bytes) {
  nghttp2_hd_deflate_change_table_size(deflater_, std::min<size_t>(bytes, kTableBytes));
}

std::string_view HeaderEncoder::Encode(std::span<const HeaderField> fields) {
  CHECK(fields.size() <= kMaxFieldsSent) << fields.size() << " fields";
  std::array<nghttp2_nv, kMaxFieldsSent> pairs;
  size_t count = 0;
  for (const HeaderField& field : fields) {
    pairs[count++] = {
        // The library only reads.
        reinterpret_cast<uint8_t*>(const_cast<char*>(field.name.data())),
        reinterpret_cast<uint8_t*>(const_cast<char*>(field.value.data())), field.name.size(),
        field.value.size(), NGHTTP2_NV_FLAG_NONE};
  }
  const size_t bound = nghttp2_hd_deflate_bound(deflater_, pairs.data(), count);
  if (block_.size() < bound) block_.resize(bound);
  const ssize_t size =
      nghttp2_hd_deflate_hd(deflater_, reinterpret_cast<uint8_t*>(block_.data()), block_.size(),
                            pairs.data(), count);
  CHECK(size >= 0) << nghttp2_strerror(static_cast<int>(size));
  return std::string_view(block_.data(), static_cast<size_t>(size));
}

}  // namespace alluxio::rpc
