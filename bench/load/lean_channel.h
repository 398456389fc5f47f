// LeanChannel: an HTTP/2 client for the load driver: one connection, one thread, no hops.
//
// A gRPC client library would cost more CPU than the server under test on a machine they share.
// Speaks just enough gRPC: SIMPLE authentication, unary calls, and server streams collected whole.
// Not thread-safe: everything happens inside Drive() and Call() on the caller's thread.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/callback.h"
#include "base/result.h"

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
  void Call(const std::string& method, const std::string& message, Done done);
  // Sends and receives until `finished` says so.
  Status Drive(const std::function<bool()>& finished);
  // Call and Drive; the first message of the answer.
  Result<std::string> CallAndWait(const std::string& method, const std::string& message);

 private:
  struct Stream {
    std::string request;  // framed
    size_t sent = 0;
    bool keep_open = false;
    std::string body;
    std::string grpc_status;
    std::string grpc_message;
    Done done;
  };

  LeanChannel(int fd, std::string authority);
  Status Authenticate();
  Stream& Open(const std::string& method, const std::string& message, bool keep_open, Done done);
  Status Flush();
  Status ReadSome();
  void Finish(Stream& stream, uint32_t error_code);

  static ssize_t ReadBody(nghttp2_session*, int32_t, uint8_t* into, size_t size, uint32_t* flags,
                          nghttp2_data_source* source, void*);
  static int OnChunk(nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, size_t size,
                     void* self);
  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                      size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                      void* self);
  static int OnClose(nghttp2_session*, int32_t id, uint32_t error_code, void* self);

  const int fd_;
  const std::string authority_;
  std::string channel_id_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, std::unique_ptr<Stream>> streams_;
  std::string out_;
};

// The message inside the first gRPC frame of `body`.
Result<std::string> FirstMessage(const std::string& body);

}  // namespace alluxio::bench
