// Http2Session: one HTTP/2 connection without its socket: bytes in, events out, bytes to send.
//
//   Receive(bytes) -> events of streams -> calls of Send...() -> Pump() -> output() -> the socket
//
// The session does no I/O, knows no time but what it is told, and never calls a stream again after
// OnClosed. Messages wait in their streams until windows and the output queue have room, and the
// streams take turns. Callbacks that end in foreign code (a message was written, a stream has
// closed) are kept and run by RunDeferred(), outside of everything else.
//
// The peer is not trusted: sizes, windows, states and rates are checked, and each has a limit.
// Owned by one thread.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/bytes.h"
#include "base/callback.h"
#include "base/duration.h"
#include "rpc/internal/http2/closed_streams.h"
#include "rpc/internal/http2/frame_reader.h"
#include "rpc/internal/http2/header_coder.h"
#include "rpc/internal/http2/http2_stream.h"
#include "rpc/internal/http2/output_queue.h"
#include "rpc/internal/http2/token_bucket.h"

namespace alluxio::rpc {

struct Http2Options {
  bool server = true;
  uint32_t stream_window = 2 * 1024 * 1024;       // what the peer may send unasked, by stream
  uint32_t connection_window = 16 * 1024 * 1024;  // and altogether
  uint32_t max_frame = 1024 * 1024;               // of DATA
  uint32_t max_streams = 32 * 1024;               // that the peer may have open at once
  HeaderLimits headers;
};

class Http2Owner {
 public:
  virtual ~Http2Owner() = default;
  // Servers: a stream that the peer opens; its OnHeaders follows at once. Null refuses it.
  virtual std::shared_ptr<Http2Stream> NewStream(const HeaderBlock& headers) = 0;
  // The peer takes no new streams; those after `last` were not and will not be looked at.
  virtual void OnGoaway(uint32_t last) = 0;
  virtual void OnPong() = 0;
  // Clients: the peer allows another stream.
  virtual void OnStreamSlot() = 0;
  // There is something to send or to run: call Pump() and RunDeferred() soon. Once until Pump().
  virtual void OnWork() = 0;
  // There is much output already: it may be written before the rest of what was received is looked
  // at. Called from within Receive(), so it touches nothing of the session but its output().
  virtual void OnMuchOutput() {}
};

class Http2Session final : private FrameVisitor {
 public:
  using StreamPtr = std::shared_ptr<Http2Stream>;
  // Above this much output streams wait with their messages.
  static constexpr size_t kHighWater = 1024 * 1024;

  // `owner` outlives the session.
  Http2Session(const Http2Options& options, Http2Owner& owner);
  ~Http2Session() override;

  // False when the connection is to be closed, after the output has been sent.
  bool Receive(std::string_view bytes, Duration now);
  // Where the next bytes of the socket may be put directly; then tell ReceivedDirectly().
  std::span<char> DirectRoom();
  bool ReceivedDirectly(size_t count, Duration now);
  // No frame other than DATA and no block of headers has begun and not ended.
  bool AtBoundary() const { return reader_.AtBoundary() && block_stream_ == 0; }
  bool settings_received() const { return settings_received_; }

  // Clients: whether the peer allows another stream, and opens one with its headers.
  bool MayOpen() const;
  void Open(const StreamPtr& stream, std::span<const HeaderField> headers);

  // Of attached streams of this session; others are ignored.
  void SendHeaders(Http2Stream& stream, std::span<const HeaderField> headers, bool end);
  // `prefix` begins with gRPC's five bytes. `written` (may be null) gets true when the message is
  // in the output, false when it never will be.
  void SendMessage(Http2Stream& stream, std::string prefix, Bytes body,
                   Callback<void(bool)> written);
  // All of an answer at once: first headers, a message with gRPC's five bytes before it, trailers.
  // False when the stream has sent anything or the message has to wait: nothing was written then.
  bool SendWhole(Http2Stream& stream, std::span<const HeaderField> headers,
                 std::string_view message, std::span<const HeaderField> trailers);
  // After everything queued: WriteEnd() of the stream.
  void EndLocal(Http2Stream& stream);
  // For WriteEnd() of clients: an empty frame with END_STREAM.
  void SendEmptyEnd(Http2Stream& stream);
  // At once: what is queued is dropped.
  void EndNow(Http2Stream& stream);
  void Reset(Http2Stream& stream, Http2Error error);
  // The stream has got rid of `count` bytes it received, so the peer may send as many.
  void Consumed(Http2Stream& stream, size_t count);

  void SendPing();
  // Refuses streams that are opened from now on; the others go on.
  void SendGoaway(Http2Error error, std::string_view why);
  bool goaway_sent() const { return goaway_sent_; }
  // Ends every stream; the session is of no use afterwards.
  void CloseAll(Http2Error error);

  // Moves what may be sent to the output. True when streams have more than fits.
  bool Pump();
  void RunDeferred();
  bool has_deferred() const { return !deferred_.empty(); }
  OutputQueue& output() { return output_; }
  size_t stream_count() const { return streams_.size(); }
  std::vector<StreamPtr> streams() const;
  // Bytes of received messages that streams hold, as they told.
  size_t held_bytes() const { return held_bytes_; }
  void SetHeld(Http2Stream& stream, size_t bytes) {
    held_bytes_ += bytes - std::exchange(stream.held_, bytes);
  }

 private:
  struct Deferred {
    Callback<void(bool)> written;
    bool alive = false;
    StreamPtr closed;
    Http2Error error = Http2Error::kNone;
  };
  struct PeerSettings {
    uint32_t initial_window = kDefaultWindow;
    uint32_t max_frame = kDefaultMaxFrame;
    uint32_t max_streams = UINT32_MAX;
  };

  Http2Error OnFrame(const FrameHeader& header, std::string_view payload) override;
  Http2Error OnDataBegin(const FrameHeader& header, uint32_t padding) override;
  Http2Error OnDataBytes(std::string_view bytes) override;
  Http2Error OnDataEnd(const FrameHeader& header) override;

  Http2Error OnHeadersFrame(const FrameHeader& header, std::string_view payload);
  Http2Error OnContinuation(const FrameHeader& header, std::string_view payload);
  Http2Error OnHeaderBlock(uint32_t id, bool end_stream, std::string_view block);
  Http2Error OnRequestHeaders(uint32_t id, bool end_stream);
  Http2Error OnResponseHeaders(uint32_t id, bool end_stream);
  Http2Error OnTrailers(const StreamPtr& stream, bool end_stream);
  Http2Error RefuseStream(uint32_t id, Http2Error error);
  Http2Error OnRstStream(const FrameHeader& header, std::string_view payload);
  Http2Error OnSettings(const FrameHeader& header, std::string_view payload);
  Http2Error ApplySetting(uint16_t id, uint32_t value, uint32_t* window);
  Http2Error ApplyInitialWindow(uint32_t value);
  Http2Error OnPing(const FrameHeader& header, std::string_view payload);
  Http2Error OnGoawayFrame(const FrameHeader& header, std::string_view payload);
  Http2Error OnWindowUpdate(const FrameHeader& header, std::string_view payload);
  Http2Error OnPriority(const FrameHeader& header, std::string_view payload);
  Http2Error OnLateHeaders(uint32_t id) const;
  Http2Error OnLateData(uint32_t id);
  bool Finish(Http2Error error);
  void PeerEnded(const StreamPtr& stream);

  void Touch() {
    if (!std::exchange(touched_, true)) owner_.OnWork();
  }
  bool IsIdle(uint32_t id) const;
  StreamPtr Find(uint32_t id) const;
  void Attach(const StreamPtr& stream, uint32_t id);
  void Close(Http2Stream& stream, Http2Error error);
  void DropQueue(Http2Stream& stream);
  void LocalEnded(Http2Stream& stream);
  void Schedule(Http2Stream& stream);
  // Writes one frame, or the end, of the stream. False when it has nothing that may be sent now.
  bool WriteNext(Http2Stream& stream);
  size_t WriteDataFrame(Http2Stream& stream, const Http2Stream::Outgoing& message);
  bool Fits(const Http2Stream& stream, size_t size) const;
  bool WriteWhole(Http2Stream& stream, const std::string& prefix, const Bytes& body);
  void CopyPart(const std::string& prefix, const Bytes& body, size_t begin, size_t count);
  void WriteFrame(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload);
  void WriteHeaders(uint32_t id, std::span<const HeaderField> headers, bool end);
  void WriteSettings();
  void WriteU32Frame(FrameType type, uint32_t stream, uint32_t value);

  const Http2Options options_;
  Http2Owner& owner_;
  FrameReader reader_;
  HeaderDecoder decoder_;
  HeaderEncoder encoder_;
  OutputQueue output_;
  PeerSettings peer_;
  absl::flat_hash_map<uint32_t, StreamPtr> streams_;
  std::list<StreamPtr> ready_;        // streams that may write, in turn
  std::vector<Deferred> deferred_;
  Duration now_{};
  int64_t send_window_ = kDefaultWindow;
  int64_t receive_window_ = 0;
  int64_t uncredited_ = 0;
  uint32_t last_peer_stream_ = 0;
  ClosedStreams closed_streams_;
  uint32_t next_stream_ = 1;          // clients
  size_t held_bytes_ = 0;

  HeaderBlock headers_;
  uint32_t block_stream_ = 0;         // whose block of headers is incomplete; 0 = nobody's
  bool block_ends_stream_ = false;
  std::string block_;
  int continuations_ = 0;
  StreamPtr data_stream_;             // of the frame being received; null = ignored
  bool data_ends_stream_ = false;     // that frame is the peer's last

  bool settings_received_ = false;
  bool goaway_sent_ = false;
  bool failed_ = false;
  bool touched_ = false;              // OnWork() was called since the last Pump()
  TokenBucket resets_{10000, 1000};
  TokenBucket pings_{20000, 20000};
  TokenBucket odd_frames_{2000, 500};  // SETTINGS, PRIORITY, empty DATA, unknown types
};

}  // namespace alluxio::rpc
