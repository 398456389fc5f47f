// Http2Stream: one stream of a session: what the session keeps of it, and what it is told.
//
// A call derives from it. Everything here belongs to the thread of the session. The session holds a
// stream until it is closed; afterwards attached() is false and sending is a no-op, so that whoever
// still works on an answer may come late.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/callback.h"
#include "rpc/internal/http2/frame_header.h"
#include "rpc/internal/http2/header_block.h"

namespace alluxio::rpc {

class Http2Session;

class Http2Stream {
 public:
  virtual ~Http2Stream() = default;
  Http2Stream() = default;
  Http2Stream(const Http2Stream&) = delete;
  Http2Stream& operator=(const Http2Stream&) = delete;

  bool attached() const { return session_ != nullptr; }
  Http2Session* session() const { return session_; }
  uint32_t stream_id() const { return id_; }
  // The peer has sent everything.
  bool peer_ended() const { return peer_ended_; }

 protected:
  friend class Http2Session;

  // The first headers of the peer, and its trailers. `headers` is valid during the call.
  virtual void OnHeaders(const HeaderBlock& headers) = 0;
  virtual void OnData(std::string_view bytes) = 0;
  // Where the next bytes may be put without a copy; empty when there is no such place.
  virtual std::span<char> DirectRoom() { return {}; }
  virtual void OnDataPlaced(size_t count) { (void)count; }
  virtual void OnPeerEnd() = 0;
  // Everything queued has been written and EndLocal() was called: write trailers or END_STREAM.
  virtual void WriteEnd() = 0;
  // Once, last, outside of any other call of the session. kNone after a complete exchange.
  virtual void OnClosed(Http2Error error) = 0;

 private:
  struct Outgoing {
    std::string prefix;  // beginning with the five bytes of gRPC
    Bytes body;
    size_t sent = 0;     // of both
    Callback<void(bool alive)> written;
    size_t size() const { return prefix.size() + body.size(); }
  };

  Http2Session* session_ = nullptr;
  uint32_t id_ = 0;
  int64_t send_window_ = 0;
  int64_t receive_window_ = 0;  // what the peer may still send
  int64_t uncredited_ = 0;      // consumed, and not told to the peer yet
  int64_t declared_ = -1;       // bytes ahead by content-length; -1 = the peer did not say
  size_t held_ = 0;             // see Http2Session::SetHeld
  std::vector<Outgoing> outgoing_;
  size_t outgoing_head_ = 0;    // the first of outgoing_ that is not written
  bool end_wanted_ = false;     // EndLocal() was called
  bool local_ended_ = false;    // our END_STREAM is written
  bool peer_ended_ = false;
  bool scheduled_ = false;      // is in the session's list of streams that may write
};

}  // namespace alluxio::rpc
