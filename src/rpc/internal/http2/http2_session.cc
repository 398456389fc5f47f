// The receiving half of a session: frames to events.
#include "rpc/internal/http2/http2_session.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace alluxio::rpc {
namespace {

constexpr int kMaxContinuations = 64;

// The content of a frame that may be padded.
Http2Error StripPadding(const FrameHeader& header, std::string_view* payload) {
  if (!header.has(kFlagPadded)) return Http2Error::kNone;
  if (payload->empty()) return Http2Error::kFrameSize;
  const auto padding = static_cast<unsigned char>(payload->front());
  payload->remove_prefix(1);
  if (padding > payload->size()) return Http2Error::kProtocol;
  payload->remove_suffix(padding);
  return Http2Error::kNone;
}

// Priorities are not looked at, but nothing may depend on itself.
bool DependsOnItself(uint32_t id, std::string_view priority) {
  return (ReadU32(priority.data()) & 0x7fffffff) == id;
}

// False for a content-length that is no number, or not one.
bool ReadLength(const HeaderBlock& headers, int64_t* length) {
  *length = -1;
  for (size_t i = 0; i < headers.size(); ++i) {
    const HeaderField field = headers[i];
    if (field.name != "content-length") continue;
    const char* end = field.value.data() + field.value.size();
    int64_t value = -1;
    auto [stop, error] = std::from_chars(field.value.data(), end, value);
    if (error != std::errc() || stop != end || value < 0) return false;
    if (*length >= 0 && *length != value) return false;
    *length = value;
  }
  return true;
}

bool HasPseudoHeader(const HeaderBlock& headers) {
  for (size_t i = 0; i < headers.size(); ++i) {
    if (!headers[i].name.empty() && headers[i].name.front() == ':') return true;
  }
  return false;
}

}  // namespace

Http2Session::Http2Session(const Http2Options& options, Http2Owner& owner)
    : options_(options),
      owner_(owner),
      reader_(*this, options.server, options.max_frame),
      decoder_(options.headers),
      receive_window_(options.connection_window) {
  if (!options_.server) output_.Append(std::string_view(kHttp2Preface, kHttp2PrefaceBytes));
  WriteSettings();
}

Http2Session::~Http2Session() = default;

bool Http2Session::Receive(std::string_view bytes, Duration now) {
  if (failed_) return false;
  now_ = now;
  return Finish(reader_.Read(bytes));
}

std::span<char> Http2Session::DirectRoom() {
  const size_t certain = reader_.DirectBytes();
  if (failed_ || certain == 0 || data_stream_ == nullptr || !data_stream_->attached()) return {};
  std::span<char> room = data_stream_->DirectRoom();
  return room.first(std::min(room.size(), certain));
}

bool Http2Session::ReceivedDirectly(size_t count, Duration now) {
  if (failed_) return false;
  now_ = now;
  data_stream_->OnDataPlaced(count);
  return Finish(reader_.TookDirectly(count));
}

// An error of the connection is told to the peer; the caller closes.
bool Http2Session::Finish(Http2Error error) {
  if (error == Http2Error::kNone) return true;
  SendGoaway(error, "");
  failed_ = true;
  CloseAll(Http2Error::kConnect);  // whatever it was, the streams had no part in it
  return false;
}

Http2Error Http2Session::OnFrame(const FrameHeader& header, std::string_view payload) {
  if (block_stream_ != 0 && header.type != FrameType::kContinuation) return Http2Error::kProtocol;
  if (!settings_received_ &&
      (header.type != FrameType::kSettings || header.has(kFlagAck))) {
    return Http2Error::kProtocol;
  }
  switch (header.type) {
    case FrameType::kHeaders:
      return OnHeadersFrame(header, payload);
    case FrameType::kContinuation:
      return OnContinuation(header, payload);
    case FrameType::kRstStream:
      return OnRstStream(header, payload);
    case FrameType::kSettings:
      return OnSettings(header, payload);
    case FrameType::kPing:
      return OnPing(header, payload);
    case FrameType::kGoaway:
      return OnGoawayFrame(header, payload);
    case FrameType::kWindowUpdate:
      return OnWindowUpdate(header, payload);
    case FrameType::kPriority:
      return OnPriority(header, payload);
    case FrameType::kPushPromise:
      return Http2Error::kProtocol;  // clients must not, and servers were told not to
    case FrameType::kData:
      return Http2Error::kInternal;
  }
  return odd_frames_.Take(now_) ? Http2Error::kNone : Http2Error::kEnhanceYourCalm;
}

// A stream that nobody has opened yet; its frames are errors of the connection.
bool Http2Session::IsIdle(uint32_t id) const {
  const bool ours = (id % 2 == 1) != options_.server;
  return ours ? id >= next_stream_ : id > last_peer_stream_;
}

Http2Session::StreamPtr Http2Session::Find(uint32_t id) const {
  auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second;
}

Http2Error Http2Session::OnHeadersFrame(const FrameHeader& header, std::string_view payload) {
  if (header.stream == 0 || header.stream % 2 == 0) return Http2Error::kProtocol;
  if (Http2Error error = StripPadding(header, &payload); error != Http2Error::kNone) return error;
  if (header.has(kFlagPriority)) {
    if (payload.size() < 5) return Http2Error::kFrameSize;
    if (DependsOnItself(header.stream, payload)) return Http2Error::kProtocol;
    payload.remove_prefix(5);
  }
  const bool end_stream = header.has(kFlagEndStream);
  if (header.has(kFlagEndHeaders)) return OnHeaderBlock(header.stream, end_stream, payload);
  block_stream_ = header.stream;
  block_ends_stream_ = end_stream;
  block_.assign(payload);
  continuations_ = 0;
  return Http2Error::kNone;
}

Http2Error Http2Session::OnContinuation(const FrameHeader& header, std::string_view payload) {
  if (block_stream_ == 0 || header.stream != block_stream_) return Http2Error::kProtocol;
  const bool too_long = block_.size() + payload.size() > options_.headers.bytes;
  if (++continuations_ > kMaxContinuations || too_long) return Http2Error::kEnhanceYourCalm;
  block_.append(payload);
  if (!header.has(kFlagEndHeaders)) return Http2Error::kNone;
  const uint32_t id = std::exchange(block_stream_, 0);
  std::string block;
  block.swap(block_);  // its memory is not kept
  return OnHeaderBlock(id, block_ends_stream_, block);
}

Http2Error Http2Session::OnHeaderBlock(uint32_t id, bool end_stream, std::string_view block) {
  headers_.Clear();
  if (Http2Error error = decoder_.Decode(block, &headers_); error != Http2Error::kNone) {
    return error;
  }
  return options_.server ? OnRequestHeaders(id, end_stream) : OnResponseHeaders(id, end_stream);
}

Http2Error Http2Session::OnRequestHeaders(uint32_t id, bool end_stream) {
  if (StreamPtr known = Find(id); known != nullptr) return OnTrailers(known, end_stream);
  if (id <= last_peer_stream_) return OnLateHeaders(id);
  closed_streams_.Opened(id, std::exchange(last_peer_stream_, id));
  if (goaway_sent_) return Http2Error::kNone;  // the peer knows from the GOAWAY
  int64_t length = -1;
  if (!ReadLength(headers_, &length) || (end_stream && length > 0)) {
    return RefuseStream(id, Http2Error::kProtocol);
  }
  StreamPtr stream;
  if (streams_.size() < options_.max_streams) stream = owner_.NewStream(headers_);
  if (stream == nullptr) return RefuseStream(id, Http2Error::kRefusedStream);
  Attach(stream, id);
  stream->declared_ = length;
  // Whoever answers at once must see that nothing more will come.
  stream->peer_ended_ = end_stream;
  stream->OnHeaders(headers_);
  if (end_stream && stream->attached()) stream->OnPeerEnd();
  return Http2Error::kNone;
}

Http2Error Http2Session::RefuseStream(uint32_t id, Http2Error error) {
  if (!resets_.Take(now_)) return Http2Error::kEnhanceYourCalm;
  WriteU32Frame(FrameType::kRstStream, id, static_cast<uint32_t>(error));
  return Http2Error::kNone;
}

// Headers of a stream that is closed here: the peer may not have known it yet.
Http2Error Http2Session::OnLateHeaders(uint32_t id) const {
  if (closed_streams_.WasSkipped(id)) return Http2Error::kProtocol;
  return closed_streams_.EndedByPeer(id) ? Http2Error::kStreamClosed : Http2Error::kNone;
}

Http2Error Http2Session::OnLateData(uint32_t id) {
  if (!closed_streams_.EndedByPeer(id)) return Http2Error::kNone;
  if (!odd_frames_.Take(now_)) return Http2Error::kEnhanceYourCalm;
  WriteU32Frame(FrameType::kRstStream, id, static_cast<uint32_t>(Http2Error::kStreamClosed));
  return Http2Error::kNone;
}

Http2Error Http2Session::OnTrailers(const StreamPtr& stream, bool end_stream) {
  if (stream->peer_ended_) {
    Reset(*stream, Http2Error::kStreamClosed);
  } else if (!end_stream || stream->declared_ > 0 || HasPseudoHeader(headers_)) {
    Reset(*stream, Http2Error::kProtocol);
  } else {
    PeerEnded(stream);
  }
  return Http2Error::kNone;
}

Http2Error Http2Session::OnResponseHeaders(uint32_t id, bool end_stream) {
  StreamPtr stream = Find(id);
  if (stream == nullptr) return IsIdle(id) ? Http2Error::kProtocol : Http2Error::kNone;
  stream->OnHeaders(headers_);
  if (end_stream && stream->attached()) PeerEnded(stream);
  return Http2Error::kNone;
}

void Http2Session::PeerEnded(const StreamPtr& stream) {
  stream->peer_ended_ = true;
  stream->OnPeerEnd();
  if (options_.server || !stream->attached()) return;
  // The server is done with the call, whatever the client may still want to say.
  if (!stream->local_ended_) {
    WriteU32Frame(FrameType::kRstStream, stream->id_, static_cast<uint32_t>(Http2Error::kCancel));
  }
  Close(*stream, Http2Error::kNone);
}

Http2Error Http2Session::OnDataBegin(const FrameHeader& header, uint32_t padding) {
  if (header.stream == 0 || block_stream_ != 0 || !settings_received_ || IsIdle(header.stream)) {
    return Http2Error::kProtocol;
  }
  if (header.length == padding && !header.has(kFlagEndStream) && !odd_frames_.Take(now_)) {
    return Http2Error::kEnhanceYourCalm;
  }
  receive_window_ -= header.length;
  if (receive_window_ < 0) return Http2Error::kFlowControl;
  data_stream_ = Find(header.stream);
  data_ends_stream_ = header.has(kFlagEndStream);
  if (data_stream_ == nullptr) return OnLateData(header.stream);
  Http2Stream& stream = *data_stream_;
  stream.receive_window_ -= header.length;
  bool malformed = false;
  if (stream.declared_ >= 0) {
    stream.declared_ -= header.length - padding;
    malformed = stream.declared_ < 0 || (header.has(kFlagEndStream) && stream.declared_ > 0);
  }
  if (stream.peer_ended_) {
    Reset(stream, Http2Error::kStreamClosed);
  } else if (malformed) {
    Reset(stream, Http2Error::kProtocol);
  } else if (stream.receive_window_ < 0) {
    Reset(stream, Http2Error::kFlowControl);
  } else if (padding > 0) {
    Consumed(stream, padding);
  }
  return Http2Error::kNone;
}

Http2Error Http2Session::OnDataBytes(std::string_view bytes) {
  if (data_stream_ != nullptr && data_stream_->attached()) data_stream_->OnData(bytes);
  return Http2Error::kNone;
}

Http2Error Http2Session::OnDataEnd(const FrameHeader& header) {
  // What streams hold is bounded by their own windows and by what their owner allows them, so the
  // connection's window is opened again at once.
  uncredited_ += header.length;
  if (uncredited_ >= static_cast<int64_t>(options_.connection_window) / 2) {
    WriteU32Frame(FrameType::kWindowUpdate, 0, static_cast<uint32_t>(uncredited_));
    receive_window_ += std::exchange(uncredited_, 0);
  }
  StreamPtr stream = std::move(data_stream_);
  data_stream_ = nullptr;
  if (stream != nullptr && stream->attached() && header.has(kFlagEndStream)) PeerEnded(stream);
  return Http2Error::kNone;
}

void Http2Session::Consumed(Http2Stream& stream, size_t count) {
  if (stream.session_ != this || stream.peer_ended_) return;
  stream.uncredited_ += static_cast<int64_t>(count);
  if (stream.uncredited_ < static_cast<int64_t>(options_.stream_window) / 2) return;
  WriteU32Frame(FrameType::kWindowUpdate, stream.id_, static_cast<uint32_t>(stream.uncredited_));
  stream.receive_window_ += std::exchange(stream.uncredited_, 0);
}

Http2Error Http2Session::OnRstStream(const FrameHeader& header, std::string_view payload) {
  if (payload.size() != 4) return Http2Error::kFrameSize;
  if (header.stream == 0) return Http2Error::kProtocol;
  if (IsIdle(header.stream)) {
    // gRPC C++ does it when a call is cancelled before its headers were written, and all the other
    // calls of the connection are not to suffer for that.
    if (!options_.server) return Http2Error::kProtocol;
    return odd_frames_.Take(now_) ? Http2Error::kNone : Http2Error::kEnhanceYourCalm;
  }
  // Opening and resetting streams costs a peer nothing and a server some work.
  if (options_.server && !resets_.Take(now_)) return Http2Error::kEnhanceYourCalm;
  closed_streams_.Ended(header.stream);
  StreamPtr stream = Find(header.stream);
  if (stream == nullptr) return Http2Error::kNone;
  auto error = static_cast<Http2Error>(ReadU32(payload.data()));
  Close(*stream, error == Http2Error::kNone ? Http2Error::kCancel : error);
  return Http2Error::kNone;
}

Http2Error Http2Session::OnSettings(const FrameHeader& header, std::string_view payload) {
  if (header.stream != 0) return Http2Error::kProtocol;
  if (header.has(kFlagAck)) {
    return payload.empty() ? Http2Error::kNone : Http2Error::kFrameSize;
  }
  if (payload.size() % 6 != 0) return Http2Error::kFrameSize;
  if (!odd_frames_.Take(now_)) return Http2Error::kEnhanceYourCalm;
  uint32_t window = peer_.initial_window;
  for (size_t at = 0; at < payload.size(); at += 6) {
    const char* entry = payload.data() + at;
    Http2Error error = ApplySetting(ReadU16(entry), ReadU32(entry + 2), &window);
    if (error != Http2Error::kNone) return error;
  }
  settings_received_ = true;
  // Once a frame, however often it names the window: every stream is touched.
  Http2Error error = ApplyInitialWindow(window);
  if (error != Http2Error::kNone) return error;
  WriteFrame(FrameType::kSettings, kFlagAck, 0, {});
  if (!options_.server) owner_.OnStreamSlot();
  return Http2Error::kNone;
}

Http2Error Http2Session::ApplySetting(uint16_t id, uint32_t value, uint32_t* window) {
  switch (static_cast<SettingId>(id)) {
    case SettingId::kHeaderTableSize:
      encoder_.SetTableSize(value);
      break;
    case SettingId::kEnablePush:
      if (value > 1) return Http2Error::kProtocol;
      break;
    case SettingId::kMaxConcurrentStreams:
      peer_.max_streams = value;
      break;
    case SettingId::kInitialWindowSize:
      if (value > kMaxWindow) return Http2Error::kFlowControl;
      *window = value;
      break;
    case SettingId::kMaxFrameSize:
      if (value < kDefaultMaxFrame || value > 0xffffff) return Http2Error::kProtocol;
      peer_.max_frame = value;
      break;
    case SettingId::kMaxHeaderListSize:
      break;  // ours are short
  }
  return Http2Error::kNone;
}

// Changes the windows of streams that are open, too; they may become negative.
Http2Error Http2Session::ApplyInitialWindow(uint32_t value) {
  const int64_t change = int64_t{value} - int64_t{peer_.initial_window};
  if (change == 0) return Http2Error::kNone;
  peer_.initial_window = value;
  for (auto& [id, stream] : streams_) {
    stream->send_window_ += change;
    if (stream->send_window_ > kMaxWindow) return Http2Error::kFlowControl;
    Schedule(*stream);
  }
  return Http2Error::kNone;
}

Http2Error Http2Session::OnPing(const FrameHeader& header, std::string_view payload) {
  if (header.stream != 0) return Http2Error::kProtocol;
  if (payload.size() != 8) return Http2Error::kFrameSize;
  if (header.has(kFlagAck)) {
    owner_.OnPong();
    return Http2Error::kNone;
  }
  if (!pings_.Take(now_)) return Http2Error::kEnhanceYourCalm;
  WriteFrame(FrameType::kPing, kFlagAck, 0, payload);
  return Http2Error::kNone;
}

Http2Error Http2Session::OnGoawayFrame(const FrameHeader& header, std::string_view payload) {
  if (header.stream != 0) return Http2Error::kProtocol;
  if (payload.size() < 8) return Http2Error::kFrameSize;
  const uint32_t last = ReadU32(payload.data()) & 0x7fffffff;
  owner_.OnGoaway(last);  // first, so that no stream is opened here for those that end
  if (!options_.server) {
    std::vector<StreamPtr> unseen;
    for (const auto& [id, stream] : streams_) {
      if (id > last) unseen.push_back(stream);
    }
    for (const StreamPtr& stream : unseen) Close(*stream, Http2Error::kRefusedStream);
  }
  return Http2Error::kNone;
}

Http2Error Http2Session::OnWindowUpdate(const FrameHeader& header, std::string_view payload) {
  if (payload.size() != 4) return Http2Error::kFrameSize;
  const int64_t more = ReadU32(payload.data()) & 0x7fffffff;
  if (header.stream == 0) {
    if (more == 0) return Http2Error::kProtocol;
    Touch();
    send_window_ += more;
    return send_window_ > kMaxWindow ? Http2Error::kFlowControl : Http2Error::kNone;
  }
  if (IsIdle(header.stream)) return Http2Error::kProtocol;
  StreamPtr stream = Find(header.stream);
  if (stream == nullptr) return Http2Error::kNone;
  stream->send_window_ += more;
  if (more == 0 || stream->send_window_ > kMaxWindow) {
    Reset(*stream, more == 0 ? Http2Error::kProtocol : Http2Error::kFlowControl);
  } else {
    Schedule(*stream);
  }
  return Http2Error::kNone;
}

Http2Error Http2Session::OnPriority(const FrameHeader& header, std::string_view payload) {
  if (header.stream == 0) return Http2Error::kProtocol;
  if (header.length != 5) return Http2Error::kFrameSize;
  if (DependsOnItself(header.stream, payload)) return Http2Error::kProtocol;
  return odd_frames_.Take(now_) ? Http2Error::kNone : Http2Error::kEnhanceYourCalm;
}

}  // namespace alluxio::rpc
