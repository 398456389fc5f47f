#include "rpc/internal/http2/frame_reader.h"

#include <algorithm>

namespace alluxio::rpc {
namespace {

// Moves up to `want` bytes from the front of `*bytes` to the end of `*into`.
void TakeFront(std::string_view* bytes, size_t want, std::string* into) {
  const size_t count = std::min(want, bytes->size());
  into->append(bytes->data(), count);
  bytes->remove_prefix(count);
}

}  // namespace

FrameReader::FrameReader(FrameVisitor& visitor, bool expect_preface, uint32_t max_data_frame)
    : visitor_(visitor),
      max_data_frame_(max_data_frame),
      state_(expect_preface ? State::kPreface : State::kHeader) {}

Http2Error FrameReader::Read(std::string_view bytes) {
  while (!bytes.empty()) {
    if (Http2Error error = Step(&bytes); error != Http2Error::kNone) return error;
  }
  return Http2Error::kNone;
}

Http2Error FrameReader::Step(std::string_view* bytes) {
  switch (state_) {
    case State::kPreface:
      return ReadPreface(bytes);
    case State::kHeader:
      return ReadHeader(bytes);
    case State::kControl:
      return ReadControl(bytes);
    case State::kPadLength:
      return ReadPadLength(bytes);
    case State::kData: {
      std::string_view piece = bytes->substr(0, data_left_);
      bytes->remove_prefix(piece.size());
      data_left_ -= static_cast<uint32_t>(piece.size());
      if (Http2Error error = visitor_.OnDataBytes(piece); error != Http2Error::kNone) return error;
      return EndDataWhenComplete();
    }
    case State::kPadding: {
      const size_t skipped = std::min<size_t>(padding_left_, bytes->size());
      bytes->remove_prefix(skipped);
      padding_left_ -= static_cast<uint32_t>(skipped);
      return EndDataWhenComplete();
    }
  }
  return Http2Error::kInternal;
}

Http2Error FrameReader::ReadPreface(std::string_view* bytes) {
  TakeFront(bytes, kHttp2PrefaceBytes - partial_.size(), &partial_);
  // A stranger who speaks something else is refused at the first wrong byte.
  if (std::string_view(kHttp2Preface, partial_.size()) != partial_) return Http2Error::kProtocol;
  if (partial_.size() == kHttp2PrefaceBytes) {
    partial_.clear();
    state_ = State::kHeader;
  }
  return Http2Error::kNone;
}

Http2Error FrameReader::ReadHeader(std::string_view* bytes) {
  if (partial_.empty() && bytes->size() >= kFrameHeaderBytes) {
    header_ = FrameHeader::Parse(bytes->data());
    bytes->remove_prefix(kFrameHeaderBytes);
  } else {
    TakeFront(bytes, kFrameHeaderBytes - partial_.size(), &partial_);
    if (partial_.size() < kFrameHeaderBytes) return Http2Error::kNone;
    header_ = FrameHeader::Parse(partial_.data());
    partial_.clear();
  }
  if (Http2Error error = Begin(); error != Http2Error::kNone) return error;
  // The usual case: the whole frame is at hand and needs no copy.
  if (state_ == State::kControl && bytes->size() >= header_.length) {
    std::string_view payload = bytes->substr(0, header_.length);
    bytes->remove_prefix(header_.length);
    state_ = State::kHeader;
    return visitor_.OnFrame(header_, payload);
  }
  return Http2Error::kNone;
}

Http2Error FrameReader::Begin() {
  if (header_.type != FrameType::kData) {
    if (header_.length > kMaxControlFrame) return Http2Error::kFrameSize;
    state_ = State::kControl;
    return Http2Error::kNone;
  }
  if (header_.length > max_data_frame_) return Http2Error::kFrameSize;
  if (!header_.has(kFlagPadded)) return BeginData(0);
  if (header_.length == 0) return Http2Error::kFrameSize;
  state_ = State::kPadLength;
  return Http2Error::kNone;
}

Http2Error FrameReader::ReadControl(std::string_view* bytes) {
  TakeFront(bytes, header_.length - partial_.size(), &partial_);
  if (partial_.size() < header_.length) return Http2Error::kNone;
  state_ = State::kHeader;
  Http2Error error = visitor_.OnFrame(header_, partial_);
  partial_.clear();
  if (partial_.capacity() > 4096) partial_.shrink_to_fit();
  return error;
}

Http2Error FrameReader::ReadPadLength(std::string_view* bytes) {
  const auto padding = static_cast<unsigned char>(bytes->front());
  bytes->remove_prefix(1);
  if (padding >= header_.length) return Http2Error::kProtocol;
  return BeginData(1u + padding);
}

Http2Error FrameReader::BeginData(uint32_t padding) {
  data_left_ = header_.length - padding;
  padding_left_ = padding == 0 ? 0 : padding - 1;  // the length byte has been read
  state_ = State::kData;
  if (Http2Error error = visitor_.OnDataBegin(header_, padding); error != Http2Error::kNone) {
    return error;
  }
  return EndDataWhenComplete();
}

Http2Error FrameReader::EndDataWhenComplete() {
  if (data_left_ > 0) return Http2Error::kNone;
  state_ = State::kPadding;
  if (padding_left_ > 0) return Http2Error::kNone;
  state_ = State::kHeader;
  return visitor_.OnDataEnd(header_);
}

Http2Error FrameReader::TookDirectly(size_t count) {
  data_left_ -= static_cast<uint32_t>(count);
  return EndDataWhenComplete();
}

}  // namespace alluxio::rpc
