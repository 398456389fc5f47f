// FrameHeader: the nine bytes before every frame of HTTP/2, and the numbers of RFC 9113.
#pragma once

#include <cstddef>
#include <cstdint>

namespace alluxio::rpc {

enum class FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kRstStream = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoaway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};

inline constexpr uint8_t kFlagEndStream = 0x1;
inline constexpr uint8_t kFlagAck = 0x1;
inline constexpr uint8_t kFlagEndHeaders = 0x4;
inline constexpr uint8_t kFlagPadded = 0x8;
inline constexpr uint8_t kFlagPriority = 0x20;

enum class Http2Error : uint32_t {
  kNone = 0,
  kProtocol = 1,
  kInternal = 2,
  kFlowControl = 3,
  kSettingsTimeout = 4,
  kStreamClosed = 5,
  kFrameSize = 6,
  kRefusedStream = 7,
  kCancel = 8,
  kCompression = 9,
  kConnect = 10,
  kEnhanceYourCalm = 11,
};

enum class SettingId : uint16_t {
  kHeaderTableSize = 1,
  kEnablePush = 2,
  kMaxConcurrentStreams = 3,
  kInitialWindowSize = 4,
  kMaxFrameSize = 5,
  kMaxHeaderListSize = 6,
};

inline constexpr char kHttp2Preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
inline constexpr size_t kHttp2PrefaceBytes = 24;
inline constexpr size_t kFrameHeaderBytes = 9;
inline constexpr uint32_t kDefaultWindow = 65535;
inline constexpr uint32_t kDefaultMaxFrame = 16384;
inline constexpr int64_t kMaxWindow = 0x7fffffff;

// Numbers of the wire are big-endian.
inline uint32_t ReadU32(const char* at) {
  const auto* byte = reinterpret_cast<const unsigned char*>(at);
  return uint32_t{byte[0]} << 24 | uint32_t{byte[1]} << 16 | uint32_t{byte[2]} << 8 | byte[3];
}
inline uint16_t ReadU16(const char* at) {
  const auto* byte = reinterpret_cast<const unsigned char*>(at);
  return static_cast<uint16_t>(byte[0] << 8 | byte[1]);
}
inline void WriteU32(char* at, uint32_t value) {
  at[0] = static_cast<char>(value >> 24);
  at[1] = static_cast<char>(value >> 16);
  at[2] = static_cast<char>(value >> 8);
  at[3] = static_cast<char>(value);
}

struct FrameHeader {
  uint32_t length = 0;  // of the payload; 24 bits
  FrameType type = FrameType::kData;
  uint8_t flags = 0;
  uint32_t stream = 0;  // 31 bits

  bool has(uint8_t flag) const { return (flags & flag) != 0; }

  // `bytes` are kFrameHeaderBytes.
  static FrameHeader Parse(const char* bytes) {
    FrameHeader header;
    header.length = ReadU32(bytes) >> 8;
    header.type = static_cast<FrameType>(bytes[3]);
    header.flags = static_cast<uint8_t>(bytes[4]);
    header.stream = ReadU32(bytes + 5) & 0x7fffffff;
    return header;
  }
  void Write(char* bytes) const {
    WriteU32(bytes, length << 8 | static_cast<uint8_t>(type));
    bytes[4] = static_cast<char>(flags);
    WriteU32(bytes + 5, stream);
  }
};

}  // namespace alluxio::rpc
