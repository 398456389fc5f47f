// TcpStream: one connection for a question and its answer. For tools that ask a web port; the calls
// of the file system go through rpc/. Thread-compatible.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/duration.h"
#include "base/result.h"

namespace alluxio {

class TcpStream {
 public:
  // `patience` is for everything until the end of the connection: DEADLINE_EXCEEDED after it.
  // UNAVAILABLE when nobody listens there, NOT_FOUND for a name that is no host; messages name
  // host and port.
  static Result<std::unique_ptr<TcpStream>> Connect(const std::string& host, int port,
                                                    Duration patience);
  virtual ~TcpStream() = default;
  virtual Status Write(std::string_view data) = 0;
  // What has come, at least a byte; 0 when the other side has ended.
  virtual Result<size_t> Read(std::span<char> into) = 0;
};

// OK when a server of this host could listen on `port` now, ALREADY_EXISTS when one does,
// PERMISSION_DENIED for a port this user may not have.
Status TryListening(int port);

}  // namespace alluxio
