// LeanChannel: an HTTP/2 client for the load driver: one connection, one thread, no hops.
//
// A gRPC client library would cost more CPU than the server under test on a machine they share, and
// so would a general HTTP/2 session: what the driver takes, both servers lack. Frames are written
// and read in place, and how the same trailers ended a call is known after the first. RFC 9113.
// Speaks just enough gRPC: SIMPLE authentication, unary calls, and server streams collected whole.
// Not thread-safe: everything happens inside Drive() and Call() on the caller's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/callback.h"
#include "base/result.h"
#include "rpc/internal/http2/header_coder.h"

namespace alluxio::bench {

class LeanChannel {
 public:
  // The raw body of the answer: gRPC frames (flag, length, message), one after another.
  using Done = Callback<void(Result<std::string> body)>;

  static Result<std::unique_ptr<LeanChannel>> Connect(const std::string& host, int port);
  ~LeanChannel();
  LeanChannel(const LeanChannel&) = delete;
  LeanChannel& operator=(const LeanChannel&) = delete;

  // `message` is a serialized request.
  void Call(const std::string& method, std::string_view message, Done done);
  // A stream of which the client ends its half when the first message has come, as readers of
  // blocks do: a Java worker takes an earlier end for "no more wanted".
  void Read(const std::string& method, std::string_view message, Done done);
  // A stream whose answer is only counted: `done` gets no body, skipped() its bytes.
  void Skip(const std::string& method, std::string_view message, Done done);
  int64_t skipped() const { return skipped_; }  // by all of them
  // Sends and receives until `finished` says so.
  Status Drive(const std::function<bool()>& finished);
  // Call and Drive; the first message of the answer.
  Result<std::string> CallAndWait(const std::string& method, const std::string& message);

 private:
  // How a call ended, as its trailers say.
  struct CallEnd {
    int grpc_status = -1;  // -1: they do not
    std::string message;
  };
  struct Stream {
    uint32_t id = 0;  // 0 = not in use
    bool keep_open = false;
    bool end_on_answer = false;  // keep_open until there is something of it
    bool skip = false;           // its body is not kept
    int64_t window = 0;   // what the peer takes of it
    std::string unsent;   // framed; what did not fit into a window
    std::string body;
    Done done;
  };
  struct Frame {
    uint8_t type = 0;
    uint8_t flags = 0;
    uint32_t stream = 0;
    std::string_view payload;
  };

  LeanChannel(int fd, std::string authority);
  void Greet();
  Status Authenticate();
  Stream& Open(const std::string& method, std::string_view message, bool keep_open, Done done);
  Stream* Find(uint32_t id);
  Stream& Place(uint32_t id);
  void AppendFrame(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload);
  void SendBody(Stream& stream);
  void SendWaiting();
  Status Flush();
  Status ReadSome();
  Status TakeFrames(const char* data, size_t size, size_t* used);
  Status OnFrame(const Frame& frame);
  void OnData(const Frame& frame);
  Status OnHeaders(const Frame& frame);
  Status OnHeaderBlock(uint32_t stream, bool end);
  const CallEnd& EndOfHeaders();
  std::string_view RequestBlock(const std::string& method);
  void OnSettings(const Frame& frame);
  void OnWindowUpdate(const Frame& frame);
  void Finish(Stream& stream, const CallEnd& end);

  const int fd_;
  const std::string authority_;
  std::string channel_id_;
  bool authenticated_ = false;  // the handshake itself carries no channel-id
  rpc::HeaderEncoder encoder_;
  rpc::HeaderDecoder decoder_;
  rpc::HeaderBlock headers_;
  std::vector<std::pair<uint64_t, CallEnd>> ends_;  // by the identity of their headers
  // By (id / 2) modulo the size, which grows until all that are open have a place of their own.
  std::vector<std::unique_ptr<Stream>> streams_;
  uint32_t next_id_ = 1;
  int64_t window_ = 65535;         // of the connection, that the peer takes
  int64_t first_window_ = 65535;   // of a new stream
  size_t largest_frame_ = 16384;   // that the peer takes
  int64_t skipped_ = 0;
  int64_t taken_ = 0;              // received and not yet given back to the connection's window
  std::deque<uint32_t> waiting_;   // streams with something unsent
  std::string block_;              // of headers, in pieces
  uint8_t block_flags_ = 0;
  std::string out_;
  std::string in_;  // the begin of a frame that is not whole yet
};

// The message inside the first gRPC frame of `body`.
Result<std::string> FirstMessage(const std::string& body);

}  // namespace alluxio::bench
