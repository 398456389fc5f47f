// RequestHead and ResponseHead: what gRPC says in the headers of HTTP/2, and its text forms.
// Values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/duration.h"
#include "base/status.h"
#include "rpc/internal/http2/header_block.h"
#include "rpc/internal/http2/message_assembler.h"

namespace alluxio::rpc {

// Views are of the block.
struct RequestHead {
  bool valid = false;         // as HTTP/2 and gRPC demand; else the stream is reset
  bool is_post = false;
  bool is_grpc = false;       // by content-type
  std::string_view path;
  std::string_view channel_id;
  bool has_channel_id = false;
  std::optional<Duration> timeout;
  bool timeout_malformed = false;
  std::optional<MessageCoding> coding = MessageCoding::kIdentity;  // none: one we do not know
  std::string_view coding_name;

  static RequestHead Of(const HeaderBlock& block);
};

// The answer's first block or its trailers.
struct ResponseHead {
  std::string_view http_status;      // empty in trailers
  std::optional<int> grpc_status;
  std::string_view grpc_message;     // as it travels
  bool is_grpc = false;
  std::optional<MessageCoding> coding = MessageCoding::kIdentity;

  static ResponseHead Of(const HeaderBlock& block);
  // The status that trailers carry; UNKNOWN when they carry none.
  Status ToStatus() const;
};

// "100m" and so on; nullopt when it is not a timeout.
std::optional<Duration> ParseTimeout(std::string_view text);
std::string FormatTimeout(Duration timeout);

// Percent-encoding of grpc-message. Encoding cuts what clients would refuse as too long a header.
std::string EncodeMessage(std::string_view text);
std::string DecodeMessage(std::string_view text);

// What an answer of HTTP without gRPC means, as gRPC maps it.
StatusCode CodeOfHttpStatus(std::string_view http_status);

}  // namespace alluxio::rpc
