// TlsStream: TLS of one connection without its socket: encrypted bytes in, plain bytes out, and the
// other way round. Does no I/O.
//
//   Feed(from the socket) -> Read() until it has nothing -> Write(plain) -> output() -> the socket
//
// The peer is not trusted: what has been fed and not read is less than a record besides the last
// piece, nothing is renegotiated, and the protocol inside must be "h2". Owned by one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "rpc/internal/http2/output_queue.h"
#include "rpc/internal/tls_context.h"

struct ssl_st;
struct bio_st;

namespace alluxio::rpc {

class TlsStream {
 public:
  static constexpr size_t kRecordBytes = 16 * 1024;

  // `host` is who the server has to be; clients only. What a client says first is in output().
  TlsStream(std::shared_ptr<const TlsContext> context, const std::string& host);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  void Feed(std::string_view encrypted);
  // Plain bytes, at most as many as `into` has room for; 0: more must be fed. UNAVAILABLE with the
  // reason when the connection is of no use any more; what tells the peer is in output().
  Result<size_t> Read(std::span<char> into);
  // The handshake is over; before that nothing can be written.
  bool ready() const { return ready_; }
  // At most kRecordBytes.
  Status Write(std::string_view plain);
  // Says that nothing more will come.
  void End();
  // Encrypted bytes for the socket.
  OutputQueue& output() { return output_; }

 private:
  Status Handshake();
  Status Fault(int result);
  void Collect();

  const std::shared_ptr<const TlsContext> context_;
  const std::string host_;
  ssl_st* const ssl_;
  bio_st* in_;   // of ssl_
  bio_st* out_;  // of ssl_
  OutputQueue output_;
  bool ready_ = false;
  bool failed_ = false;
  Status early_;  // of a client: why it did not even begin
};

}  // namespace alluxio::rpc
