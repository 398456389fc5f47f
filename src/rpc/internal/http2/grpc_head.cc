#include "rpc/internal/http2/grpc_head.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace alluxio::rpc {
namespace {

constexpr size_t kMaxMessageText = 6 * 1024;  // grpc-java takes 8 KiB of headers altogether
constexpr size_t kMaxTimeoutDigits = 8;

bool IsGrpc(std::string_view content_type) {
  constexpr std::string_view kType = "application/grpc";
  if (content_type.substr(0, kType.size()) != kType) return false;
  content_type.remove_prefix(kType.size());
  return content_type.empty() || content_type.front() == '+' || content_type.front() == ';';
}

std::optional<MessageCoding> CodingOf(std::string_view name) {
  if (name == "identity") return MessageCoding::kIdentity;
  if (name == "gzip") return MessageCoding::kGzip;
  if (name == "deflate") return MessageCoding::kDeflate;
  return std::nullopt;
}

// Names of HTTP/1 connections, which RFC 9113 forbids, and upper case.
bool IsForbidden(std::string_view name, std::string_view value) {
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') return true;
  }
  switch (name.size()) {
    case 2:
      return name == "te" && value != "trailers";
    case 7:
      return name == "upgrade";
    case 10:
      return name == "connection" || name == "keep-alive";
    case 16:
      return name == "proxy-connection";
    case 17:
      return name == "transfer-encoding";
    default:
      return name.empty();
  }
}

// Which pseudo headers a block had.
struct PseudoHeaders {
  bool method = false;
  bool scheme = false;
  bool path = false;
  bool authority = false;

  // False when it is unknown or came before.
  bool Add(const HeaderField& field, RequestHead* head) {
    if (field.name == ":method") {
      head->is_post = field.value == "POST";
      return !std::exchange(method, true);
    }
    if (field.name == ":path") {
      head->path = field.value;
      return !std::exchange(path, true);
    }
    if (field.name == ":scheme") return !std::exchange(scheme, true);
    if (field.name == ":authority") return !std::exchange(authority, true);
    return false;
  }
};

void AddField(const HeaderField& field, RequestHead* head) {
  if (field.name == "content-type") {
    head->is_grpc = IsGrpc(field.value);
  } else if (field.name == "channel-id") {
    head->channel_id = field.value;
    head->has_channel_id = true;
  } else if (field.name == "grpc-timeout") {
    head->timeout = ParseTimeout(field.value);
    head->timeout_malformed = !head->timeout;
  } else if (field.name == "grpc-encoding") {
    head->coding = CodingOf(field.value);
    head->coding_name = field.value;
  }
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

RequestHead RequestHead::Of(const HeaderBlock& block) {
  RequestHead head;
  PseudoHeaders pseudo;
  bool regular = false;
  for (size_t i = 0; i < block.size(); ++i) {
    const HeaderField field = block[i];
    if (!field.name.empty() && field.name.front() == ':') {
      if (regular || !pseudo.Add(field, &head)) return head;
      continue;
    }
    regular = true;
    if (IsForbidden(field.name, field.value)) return head;
    AddField(field, &head);
  }
  head.valid = pseudo.method && pseudo.scheme && pseudo.path && !head.path.empty();
  return head;
}

ResponseHead ResponseHead::Of(const HeaderBlock& block) {
  ResponseHead head;
  for (size_t i = 0; i < block.size(); ++i) {
    const HeaderField field = block[i];
    if (field.name == ":status") {
      head.http_status = field.value;
    } else if (field.name == "content-type") {
      head.is_grpc = IsGrpc(field.value);
    } else if (field.name == "grpc-message") {
      head.grpc_message = field.value;
    } else if (field.name == "grpc-encoding") {
      head.coding = CodingOf(field.value);
    } else if (field.name == "grpc-status") {
      int code = 0;
      const char* end = field.value.data() + field.value.size();
      auto [stop, error] = std::from_chars(field.value.data(), end, code);
      const bool known = error == std::errc() && stop == end && code >= 0 && code <= 16;
      head.grpc_status = known ? code : static_cast<int>(StatusCode::kUnknown);
    }
  }
  return head;
}

Status ResponseHead::ToStatus() const {
  if (!grpc_status) return UnknownError("The answer ends without a status");
  if (*grpc_status == 0) return OkStatus();
  return Status(static_cast<StatusCode>(*grpc_status), DecodeMessage(grpc_message));
}

std::optional<Duration> ParseTimeout(std::string_view text) {
  if (text.size() < 2 || text.size() > kMaxTimeoutDigits + 1) return std::nullopt;
  int64_t value = 0;
  const char* end = text.data() + text.size() - 1;
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.front() == '-') return std::nullopt;
  switch (text.back()) {
    case 'n':
      return Duration(value);
    case 'u':
      return Duration(std::chrono::microseconds(value));
    case 'm':
      return Duration(std::chrono::milliseconds(value));
    case 'S':
      return Duration(std::chrono::seconds(value));
    case 'M':
      return Duration(std::chrono::minutes(value));
    case 'H':
      // Longer than anybody waits, and 64 bits of nanoseconds hold it.
      return Duration(std::chrono::hours(std::min<int64_t>(value, 24 * 365 * 100)));
    default:
      return std::nullopt;
  }
}

std::string FormatTimeout(Duration timeout) {
  if (timeout <= Duration::zero()) return "0n";
  int64_t value = timeout.count();
  constexpr std::pair<char, int64_t> kUnits[] = {{'n', 1},
                                                 {'u', 1000},
                                                 {'m', 1000},
                                                 {'S', 1000},
                                                 {'M', 60},
                                                 {'H', 60}};
  for (auto [unit, step] : kUnits) {
    value = (value + step - 1) / step;  // never shorter than asked for
    if (value <= 99999999) return std::to_string(value) + unit;
  }
  return "99999999H";
}

std::string EncodeMessage(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  if (text.empty()) return encoded;
  encoded.reserve(text.size() + 16);
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool begins = (byte & 0xc0) != 0x80;  // a character of UTF-8
    if (begins && encoded.size() >= kMaxMessageText) return encoded + "...";
    if (byte >= 0x20 && byte < 0x7f && byte != '%') {
      encoded.push_back(text[i]);
    } else {
      encoded.push_back('%');
      encoded.push_back(kHex[byte >> 4]);
      encoded.push_back(kHex[byte & 15]);
    }
    if (encoded.size() > 2 * kMaxMessageText) return encoded + "...";  // not UTF-8 at all
  }
  return encoded;
}

std::string DecodeMessage(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
                         HexValue(text[i + 2]) >= 0;
    if (!escaped) {
      decoded.push_back(text[i]);
      continue;
    }
    decoded.push_back(static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])));
    i += 2;
  }
  return decoded;
}

StatusCode CodeOfHttpStatus(std::string_view http_status) {
  if (http_status == "400") return StatusCode::kInternal;
  if (http_status == "401") return StatusCode::kUnauthenticated;
  if (http_status == "403") return StatusCode::kPermissionDenied;
  if (http_status == "404") return StatusCode::kUnimplemented;
  if (http_status == "429" || http_status == "502" || http_status == "503" ||
      http_status == "504") {
    return StatusCode::kUnavailable;
  }
  return StatusCode::kUnknown;
}

}  // namespace alluxio::rpc
