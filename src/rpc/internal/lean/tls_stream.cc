#include "rpc/internal/lean/tls_stream.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <utility>

#include "base/check.h"

namespace alluxio::rpc {
namespace {

bool IsAddress(const std::string& host) {
  unsigned char address[16];
  return ::inet_pton(AF_INET, host.c_str(), address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address) == 1;
}

}  // namespace

TlsStream::TlsStream(std::shared_ptr<const TlsContext> context, const std::string& host)
    : context_(std::move(context)),
      host_(host),
      ssl_(SSL_new(context_->get())),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())) {
  CHECK(ssl_ != nullptr && in_ != nullptr && out_ != nullptr) << "out of memory";
  SSL_set_bio(ssl_, in_, out_);
  if (context_->server()) {
    SSL_set_accept_state(ssl_);
    return;
  }
  SSL_set_connect_state(ssl_);
  X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl_);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  bool named = false;
  if (IsAddress(host_)) {
    named = X509_VERIFY_PARAM_set1_ip_asc(wanted, host_.c_str()) == 1;
  } else {
    // An empty name would mean that any will do.
    named = !host_.empty() &&
            X509_VERIFY_PARAM_set1_host(wanted, host_.data(), host_.size()) == 1 &&
            SSL_set_tlsext_host_name(ssl_, host_.c_str()) == 1;
  }
  early_ = named ? Handshake()  // makes the first message
                 : InvalidArgument("TLS: \"" + host_ + "\" is no name a certificate can have");
  failed_ = failed_ || !early_.ok();
}

TlsStream::~TlsStream() { SSL_free(ssl_); }

void TlsStream::Feed(std::string_view encrypted) {
  if (failed_ || encrypted.empty()) return;
  const int taken = BIO_write(in_, encrypted.data(), static_cast<int>(encrypted.size()));
  CHECK(taken == static_cast<int>(encrypted.size())) << "out of memory";
}

Result<size_t> TlsStream::Read(std::span<char> into) {
  if (!early_.ok()) return early_;
  if (failed_) return Unavailable("TLS has failed");
  if (!ready_) {
    RETURN_IF_ERROR(Handshake());
    if (!ready_) return size_t{0};
  }
  ERR_clear_error();
  const int got = SSL_read(ssl_, into.data(), static_cast<int>(into.size()));
  Collect();
  if (got > 0) return static_cast<size_t>(got);
  if (SSL_get_error(ssl_, got) == SSL_ERROR_WANT_READ) return size_t{0};
  if (SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN) {
    failed_ = true;
    return Unavailable("Connection closed by the peer");
  }
  return Fault(got);
}

Status TlsStream::Handshake() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_);
  Collect();
  if (done != 1) {
    return SSL_get_error(ssl_, done) == SSL_ERROR_WANT_READ ? OkStatus() : Fault(done);
  }
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &protocol, &size);
  if (std::string_view(reinterpret_cast<const char*>(protocol), size) != "h2") {
    failed_ = true;
    return Unavailable("TLS: the peer does not offer HTTP/2 (ALPN \"h2\"): is it gRPC?");
  }
  ready_ = true;
  return OkStatus();
}

// What went wrong, in words that say what to do.
Status TlsStream::Fault(int) {
  failed_ = true;
  const unsigned long code = ERR_peek_error();
  const int reason = ERR_GET_REASON(code);
  const char* known = code == 0 ? nullptr : ERR_reason_error_string(code);
  std::string text = std::string("TLS: ") + (known == nullptr ? "failed" : known);
  ERR_clear_error();
  const long verdict = SSL_get_verify_result(ssl_);
  if (!context_->server() && verdict != X509_V_OK) {
    text += std::string(": ") + X509_verify_cert_error_string(verdict);
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
      text += ": the server's certificate does not name " + host_;
    } else if (verdict != X509_V_ERR_CERT_HAS_EXPIRED &&
               verdict != X509_V_ERR_CERT_NOT_YET_VALID) {
      text += "; alluxio.network.tls.ca.path has to name a file with who signed it";
    }
  } else if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
             reason == SSL_R_HTTPS_PROXY_REQUEST) {
    text += ": the peer does not speak TLS; alluxio.network.tls.enabled has to be the same on "
            "both sides";
  }
  return Unavailable(text);
}

Status TlsStream::Write(std::string_view plain) {
  CHECK(ready_ && plain.size() <= kRecordBytes) << plain.size();
  if (failed_) return Unavailable("TLS has failed");
  ERR_clear_error();
  const int taken = SSL_write(ssl_, plain.data(), static_cast<int>(plain.size()));
  Collect();
  // Memory takes all of it, and without renegotiation nothing has to be read first.
  return taken == static_cast<int>(plain.size()) ? OkStatus() : Fault(taken);
}

void TlsStream::End() {
  if (failed_ || !ready_) return;
  SSL_shutdown(ssl_);
  Collect();
  ERR_clear_error();
}

void TlsStream::Collect() {
  char buffer[kRecordBytes];
  int got = 0;
  while ((got = BIO_read(out_, buffer, sizeof(buffer))) > 0) {
    output_.Append(std::string_view(buffer, static_cast<size_t>(got)));
  }
}

}  // namespace alluxio::rpc
