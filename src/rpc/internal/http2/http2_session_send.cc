// The sending half of a session: messages to frames, in turn and within the windows.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "rpc/internal/http2/http2_session.h"
#include "rpc/internal/http2/message_assembler.h"

namespace alluxio::rpc {
namespace {

// A stream writes at most this much before it is another one's turn.
constexpr size_t kTurnBytes = 256 * 1024;
// Short answers to calls that came together leave by so much: the client works on them while the
// others are made. A write to the socket costs less than making so many.
constexpr size_t kMuchOutput = 8 * 1024;
// Shorter parts of bodies are copied: an entry of their own would cost more.
constexpr size_t kWorthSharing = 2048;

}  // namespace

void Http2Session::WriteFrame(FrameType type, uint8_t flags, uint32_t stream,
                              std::string_view payload) {
  Touch();
  char* at = output_.Extend(kFrameHeaderBytes + payload.size());
  FrameHeader{static_cast<uint32_t>(payload.size()), type, flags, stream}.Write(at);
  std::copy(payload.begin(), payload.end(), at + kFrameHeaderBytes);
}

void Http2Session::WriteU32Frame(FrameType type, uint32_t stream, uint32_t value) {
  char payload[4];
  WriteU32(payload, value);
  WriteFrame(type, 0, stream, std::string_view(payload, sizeof(payload)));
}

void Http2Session::WriteSettings() {
  const std::array<std::pair<SettingId, uint32_t>, 4> settings{{
      {options_.server ? SettingId::kMaxConcurrentStreams : SettingId::kEnablePush,
       options_.server ? options_.max_streams : 0},
      {SettingId::kInitialWindowSize, options_.stream_window},
      {SettingId::kMaxFrameSize, std::max(options_.max_frame, kDefaultMaxFrame)},
      {SettingId::kMaxHeaderListSize, static_cast<uint32_t>(options_.headers.bytes)},
  }};
  std::string payload(6 * settings.size(), '\0');
  char* at = payload.data();
  for (const auto& [id, value] : settings) {
    at[1] = static_cast<char>(id);
    WriteU32(at + 2, value);
    at += 6;
  }
  WriteFrame(FrameType::kSettings, 0, 0, payload);
  if (options_.connection_window > kDefaultWindow) {
    WriteU32Frame(FrameType::kWindowUpdate, 0, options_.connection_window - kDefaultWindow);
  }
}

void Http2Session::WriteHeaders(uint32_t id, std::span<const HeaderField> headers, bool end) {
  std::string_view block = encoder_.Encode(headers);
  FrameType type = FrameType::kHeaders;
  uint8_t flags = end ? kFlagEndStream : 0;
  const size_t most = std::min<size_t>(peer_.max_frame, 8 * 1024);
  while (block.size() > most) {
    WriteFrame(type, flags, id, block.substr(0, most));
    block.remove_prefix(most);
    type = FrameType::kContinuation;
    flags = 0;
  }
  WriteFrame(type, flags | kFlagEndHeaders, id, block);
}

bool Http2Session::MayOpen() const {
  return !failed_ && streams_.size() < peer_.max_streams && next_stream_ < kMaxWindow;
}

void Http2Session::Open(const StreamPtr& stream, std::span<const HeaderField> headers) {
  const uint32_t id = next_stream_;
  next_stream_ += 2;
  Attach(stream, id);
  WriteHeaders(id, headers, false);
}

void Http2Session::Attach(const StreamPtr& stream, uint32_t id) {
  stream->session_ = this;
  stream->id_ = id;
  stream->send_window_ = peer_.initial_window;
  stream->receive_window_ = options_.stream_window;
  streams_.emplace(id, stream);
}

void Http2Session::SendHeaders(Http2Stream& stream, std::span<const HeaderField> headers,
                               bool end) {
  if (stream.session_ != this || stream.local_ended_) return;
  WriteHeaders(stream.id_, headers, end);
  if (end) LocalEnded(stream);
}

void Http2Session::SendMessage(Http2Stream& stream, std::string prefix, Bytes body,
                               Callback<void(bool)> written) {
  Touch();
  const bool alive = stream.session_ == this && !stream.end_wanted_;
  if (!alive || WriteWhole(stream, prefix, body)) {
    if (written) deferred_.push_back({std::move(written), alive, nullptr, Http2Error::kNone});
    return;
  }
  stream.outgoing_.push_back({std::move(prefix), std::move(body), 0, std::move(written)});
  Schedule(stream);
}

// One frame that nothing holds up.
bool Http2Session::Fits(const Http2Stream& stream, size_t size) const {
  const auto needed = static_cast<int64_t>(size);
  return stream.outgoing_.empty() && size <= kDefaultMaxFrame && needed <= stream.send_window_ &&
         needed <= send_window_ && output_.size() < kHighWater;
}

// A message that fits goes straight to the output.
bool Http2Session::WriteWhole(Http2Stream& stream, const std::string& prefix, const Bytes& body) {
  const size_t size = prefix.size() + body.size();
  if (!Fits(stream, size)) return false;
  FrameHeader{static_cast<uint32_t>(size), FrameType::kData, 0, stream.id_}.Write(
      output_.Extend(kFrameHeaderBytes));
  CopyPart(prefix, body, 0, size);
  stream.send_window_ -= static_cast<int64_t>(size);
  send_window_ -= static_cast<int64_t>(size);
  return true;
}

bool Http2Session::SendWhole(Http2Stream& stream, std::span<const HeaderField> headers,
                             std::string_view message, std::span<const HeaderField> trailers) {
  const size_t size = kMessagePrefixBytes + message.size();
  if (stream.session_ != this || stream.end_wanted_ || size > kWorthSharing) return false;
  if (!Fits(stream, size)) return false;
  Touch();
  stream.end_wanted_ = true;
  WriteHeaders(stream.id_, headers, false);
  char* at = output_.Extend(kFrameHeaderBytes + size);
  FrameHeader{static_cast<uint32_t>(size), FrameType::kData, 0, stream.id_}.Write(at);
  at += kFrameHeaderBytes;
  *at = 0;  // not compressed
  WriteU32(at + 1, static_cast<uint32_t>(message.size()));
  std::copy(message.begin(), message.end(), at + kMessagePrefixBytes);  // may be null and empty
  stream.send_window_ -= static_cast<int64_t>(size);
  send_window_ -= static_cast<int64_t>(size);
  WriteHeaders(stream.id_, trailers, true);
  LocalEnded(stream);
  if (data_stream_ != nullptr && output_.size() >= kMuchOutput) owner_.OnMuchOutput();
  return true;
}

void Http2Session::CopyPart(const std::string& prefix, const Bytes& body, size_t begin,
                            size_t count) {
  if (begin < prefix.size()) {
    const size_t part = std::min(count, prefix.size() - begin);
    output_.Append(std::string_view(prefix).substr(begin, part));
    begin += part;
    count -= part;
  }
  if (count == 0) return;
  const size_t at = begin - prefix.size();
  if (count < kWorthSharing) {
    output_.Append(body.view().substr(at, count));
  } else {
    output_.Append(body.Slice(at, count));
  }
}

void Http2Session::EndLocal(Http2Stream& stream) {
  if (stream.session_ != this || stream.end_wanted_) return;
  stream.end_wanted_ = true;
  if (stream.outgoing_.empty()) {
    stream.WriteEnd();
  } else {
    Schedule(stream);
  }
}

void Http2Session::SendEmptyEnd(Http2Stream& stream) {
  if (stream.session_ != this || stream.local_ended_) return;
  WriteFrame(FrameType::kData, kFlagEndStream, stream.id_, {});
  LocalEnded(stream);
}

void Http2Session::LocalEnded(Http2Stream& stream) {
  stream.local_ended_ = true;
  if (!options_.server) return;  // the answer is to come
  // An answer from within the last frame of the request: there is nothing more to come.
  if (data_stream_.get() == &stream && data_ends_stream_) stream.peer_ended_ = true;
  // The call is over, whatever the client may still want to say.
  if (!stream.peer_ended_) {
    WriteU32Frame(FrameType::kRstStream, stream.id_, static_cast<uint32_t>(Http2Error::kNone));
  }
  Close(stream, Http2Error::kNone);
}

void Http2Session::Reset(Http2Stream& stream, Http2Error error) {
  if (stream.session_ != this) return;
  WriteU32Frame(FrameType::kRstStream, stream.id_, static_cast<uint32_t>(error));
  Close(stream, error);
}

void Http2Session::Close(Http2Stream& stream, Http2Error error) {
  Touch();
  auto found = streams_.find(stream.id_);
  CHECK(found != streams_.end()) << "stream " << stream.id_ << " closed twice";
  StreamPtr closed = std::move(found->second);
  streams_.erase(found);
  closed->session_ = nullptr;
  if (closed->peer_ended_) closed_streams_.Ended(closed->id_);
  SetHeld(*closed, 0);
  DropQueue(*closed);
  deferred_.push_back({nullptr, false, std::move(closed), error});
  if (!options_.server) owner_.OnStreamSlot();
}

void Http2Session::DropQueue(Http2Stream& stream) {
  for (size_t i = stream.outgoing_head_; i < stream.outgoing_.size(); ++i) {
    Http2Stream::Outgoing& dropped = stream.outgoing_[i];
    // Also messages nobody waits for are destroyed later: what they hold may be foreign code.
    deferred_.push_back({[written = std::move(dropped.written),
                          body = std::move(dropped.body)](bool alive) mutable {
                           if (written) written(alive);
                         },
                         false, nullptr, Http2Error::kNone});
  }
  stream.outgoing_.clear();
  stream.outgoing_head_ = 0;
}

void Http2Session::EndNow(Http2Stream& stream) {
  if (stream.session_ != this) return;
  Touch();
  DropQueue(stream);
  stream.end_wanted_ = true;
  stream.WriteEnd();
}

void Http2Session::CloseAll(Http2Error error) {
  failed_ = true;
  ready_.clear();
  for (const StreamPtr& stream : streams()) {
    if (stream->attached()) Close(*stream, error);
  }
}

std::vector<Http2Session::StreamPtr> Http2Session::streams() const {
  std::vector<StreamPtr> all;
  all.reserve(streams_.size());
  for (const auto& [id, stream] : streams_) all.push_back(stream);
  return all;
}

void Http2Session::SendPing() {
  WriteFrame(FrameType::kPing, 0, 0, std::string_view("alluxio\0", 8));
}

void Http2Session::SendGoaway(Http2Error error, std::string_view why) {
  if (failed_) return;
  goaway_sent_ = true;
  std::string payload(8, '\0');
  WriteU32(payload.data(), last_peer_stream_);
  WriteU32(payload.data() + 4, static_cast<uint32_t>(error));
  payload.append(why);
  WriteFrame(FrameType::kGoaway, 0, 0, payload);
}

void Http2Session::Schedule(Http2Stream& stream) {
  if (stream.scheduled_ || stream.outgoing_.empty() || stream.send_window_ <= 0) return;
  Touch();
  stream.scheduled_ = true;
  ready_.push_back(streams_.find(stream.id_)->second);
}

bool Http2Session::Pump() {
  touched_ = false;
  while (!ready_.empty() && output_.size() < kHighWater && send_window_ > 0) {
    // Moving the node costs no allocation.
    StreamPtr stream = ready_.front();
    stream->scheduled_ = false;
    std::list<StreamPtr> turn;
    turn.splice(turn.begin(), ready_, ready_.begin());
    if (!stream->attached() || !WriteNext(*stream) || stream->scheduled_) continue;
    if (!stream->attached() || stream->outgoing_.empty() || stream->send_window_ <= 0) continue;
    stream->scheduled_ = true;
    ready_.splice(ready_.end(), turn);
  }
  return !ready_.empty() && send_window_ > 0;
}

bool Http2Session::WriteNext(Http2Stream& stream) {
  if (stream.outgoing_.empty() || stream.send_window_ <= 0) return false;
  Http2Stream::Outgoing& message = stream.outgoing_[stream.outgoing_head_];
  message.sent += WriteDataFrame(stream, message);
  if (message.sent < message.size()) return true;
  if (message.written) {
    deferred_.push_back({std::move(message.written), true, nullptr, Http2Error::kNone});
  }
  message = {};  // lets go of the body; the output still shares what is not written
  if (++stream.outgoing_head_ == stream.outgoing_.size()) {
    stream.outgoing_.clear();
    stream.outgoing_head_ = 0;
    if (stream.end_wanted_) stream.WriteEnd();
  } else if (stream.outgoing_head_ >= 64 &&
             stream.outgoing_head_ * 2 > stream.outgoing_.size()) {
    stream.outgoing_.erase(stream.outgoing_.begin(),
                           stream.outgoing_.begin() +
                               static_cast<std::ptrdiff_t>(stream.outgoing_head_));
    stream.outgoing_head_ = 0;
  }
  return true;
}

size_t Http2Session::WriteDataFrame(Http2Stream& stream, const Http2Stream::Outgoing& message) {
  const size_t left = message.size() - message.sent;
  const size_t windows = static_cast<size_t>(std::min(stream.send_window_, send_window_));
  const size_t count = std::min({left, windows, size_t{peer_.max_frame}, kTurnBytes});
  FrameHeader{static_cast<uint32_t>(count), FrameType::kData, 0, stream.id_}.Write(
      output_.Extend(kFrameHeaderBytes));
  CopyPart(message.prefix, message.body, message.sent, count);
  stream.send_window_ -= static_cast<int64_t>(count);
  send_window_ -= static_cast<int64_t>(count);
  return count;
}

void Http2Session::RunDeferred() {
  // What runs may defer more, which comes next time.
  std::vector<Deferred> now;
  now.swap(deferred_);
  for (Deferred& event : now) {
    if (event.written) event.written(event.alive);
    if (event.closed != nullptr) event.closed->OnClosed(event.error);
  }
  now.clear();
  if (deferred_.empty()) deferred_.swap(now);  // keeps its memory
}

}  // namespace alluxio::rpc
