// TlsContext: certificates, keys and rules of one side of TLS, read and checked once. Immutable;
// shared by the connections it is used for.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "rpc/tls.h"

struct ssl_ctx_st;

namespace alluxio::rpc {

class TlsContext {
 public:
  // FAILED_PRECONDITION naming the property, the file and the way out when a file is missing, not
  // readable, not PEM or expired, or when key and certificate do not belong together.
  static Result<std::shared_ptr<const TlsContext>> ForServer(const TlsOptions& options);
  static Result<std::shared_ptr<const TlsContext>> ForClient(const TlsOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* get() const { return context_; }
  bool server() const { return server_; }

 private:
  TlsContext(ssl_ctx_st* context, bool server) : context_(context), server_(server) {}
  static Result<std::shared_ptr<TlsContext>> New(bool server);

  ssl_ctx_st* const context_;
  const bool server_;
};

// A file of `property`, for libraries that want its text. FAILED_PRECONDITION as above.
Result<std::string> ReadPem(const std::string& property, const std::string& path);

// OpenSSL would give up its locks in exit(), where threads of event loops, and those of gRPC, may
// still end connections: this keeps it from that. Counts when nothing in the process has used the
// library before. TlsContext calls it; libraries do not. Thread-safe.
void KeepOpenSslToTheEnd();

}  // namespace alluxio::rpc
