// HeaderDecoder and HeaderEncoder: HPACK of one direction of a connection, by nghttp2.
//
// Both keep the dynamic table of their direction, so every block must pass through in the order of
// the wire, also those whose content nobody wants. Thread-compatible.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "rpc/internal/http2/frame_header.h"
#include "rpc/internal/http2/header_block.h"

extern "C" {
struct nghttp2_hd_inflater;
struct nghttp2_hd_deflater;
}

namespace alluxio::rpc {

struct HeaderLimits {
  size_t bytes = 64 * 1024;  // names, values and 32 for each field, as RFC 9113 counts
  size_t fields = 256;
};

class HeaderDecoder {
 public:
  explicit HeaderDecoder(const HeaderLimits& limits);
  ~HeaderDecoder();
  HeaderDecoder(const HeaderDecoder&) = delete;
  HeaderDecoder& operator=(const HeaderDecoder&) = delete;

  // Decodes a whole block. kCompression when it is not HPACK: the connection is lost then.
  Http2Error Decode(std::string_view block, HeaderBlock* out);

 private:
  const HeaderLimits limits_;
  nghttp2_hd_inflater* inflater_ = nullptr;
};

class HeaderEncoder {
 public:
  HeaderEncoder();
  ~HeaderEncoder();
  HeaderEncoder(const HeaderEncoder&) = delete;
  HeaderEncoder& operator=(const HeaderEncoder&) = delete;

  // The peer's SETTINGS_HEADER_TABLE_SIZE.
  void SetTableSize(uint32_t bytes);
  // Valid until the next call.
  std::string_view Encode(std::span<const HeaderField> fields);

 private:
  nghttp2_hd_deflater* deflater_ = nullptr;
  std::string block_;
};

}  // namespace alluxio::rpc
