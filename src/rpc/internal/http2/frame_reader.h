// FrameReader: cuts a stream of bytes into frames.
//
// Frames other than DATA are small and handed over whole; the payload of DATA is handed over as it
// arrives, without its padding, because it may be large and must not be copied twice. The reader
// knows sizes and padding only; what frames mean is the visitor's business. Bytes come from
// strangers: nothing is trusted, at most kMaxControlFrame bytes are held. Thread-compatible.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rpc/internal/http2/frame_header.h"

namespace alluxio::rpc {

// Every method returns kNone, or the error that ends the connection.
class FrameVisitor {
 public:
  virtual ~FrameVisitor() = default;
  // A whole frame of any type but DATA. `payload` is valid during the call.
  virtual Http2Error OnFrame(const FrameHeader& header, std::string_view payload) = 0;
  // A frame of DATA begins: header.length counts against the windows, of which `padding` is none
  // of the stream's.
  virtual Http2Error OnDataBegin(const FrameHeader& header, uint32_t padding) = 0;
  virtual Http2Error OnDataBytes(std::string_view bytes) = 0;
  virtual Http2Error OnDataEnd(const FrameHeader& header) = 0;
};

class FrameReader {
 public:
  // Headers and everything else but DATA.
  static constexpr uint32_t kMaxControlFrame = 64 * 1024;

  // `visitor` outlives the reader. `max_data_frame` is what this side has announced.
  FrameReader(FrameVisitor& visitor, bool expect_preface, uint32_t max_data_frame);

  // After an error nothing more may be read.
  Http2Error Read(std::string_view bytes);

  // How many of the next bytes are payload of DATA for certain. They may be put where they belong
  // and told with TookDirectly() instead of Read(); then OnDataBytes is not called for them.
  size_t DirectBytes() const { return state_ == State::kData ? data_left_ : 0; }
  Http2Error TookDirectly(size_t count);

  // False while a frame other than DATA, or the preface, has begun and not ended.
  bool AtBoundary() const {
    return state_ == State::kData || state_ == State::kPadding ||
           (state_ == State::kHeader && partial_.empty());
  }

 private:
  enum class State { kPreface, kHeader, kPadLength, kData, kPadding, kControl };

  Http2Error Step(std::string_view* bytes);
  Http2Error ReadPreface(std::string_view* bytes);
  Http2Error ReadHeader(std::string_view* bytes);
  Http2Error ReadControl(std::string_view* bytes);
  Http2Error ReadPadLength(std::string_view* bytes);
  Http2Error Begin();
  Http2Error BeginData(uint32_t padding);
  Http2Error EndDataWhenComplete();

  FrameVisitor& visitor_;
  const uint32_t max_data_frame_;
  State state_;
  FrameHeader header_;
  std::string partial_;  // what has come of the preface, a header or a frame other than DATA
  uint32_t data_left_ = 0;
  uint32_t padding_left_ = 0;
};

}  // namespace alluxio::rpc
