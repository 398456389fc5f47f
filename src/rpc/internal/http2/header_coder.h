// HeaderDecoder and HeaderEncoder: HPACK of one direction of a connection, by nghttp2.
//
// Both keep the dynamic table of their direction, so every block must pass through in the order of
// the wire, also those whose content nobody wants. Thread-compatible.
//
// The calls of one client mostly have the same headers, and then blocks that name entries of the
// table and add none. Until one comes that does, the same bytes are the same fields: what they are
// is kept, and not coded again.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

  // Decodes a whole block into `out`, which is clear. kCompression when it is not HPACK: the
  // connection is lost then. What leaves the table as it is has an identity.
  Http2Error Decode(std::string_view block, HeaderBlock* out);

 private:
  struct Known {
    std::string block;
    HeaderBlock fields;
  };
  Http2Error Inflate(std::string_view block, HeaderBlock* out);

  const HeaderLimits limits_;
  nghttp2_hd_inflater* inflater_ = nullptr;
  std::vector<Known> known_;
  size_t next_known_ = 0;  // to be replaced
  uint64_t last_identity_ = 0;
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
  struct Known {
    std::vector<std::pair<std::string, std::string>> fields;
    std::string block;
  };
  void Remember(std::span<const HeaderField> fields, std::string_view block);

  nghttp2_hd_deflater* deflater_ = nullptr;
  std::string block_;
  std::vector<Known> known_;
};

}  // namespace alluxio::rpc
