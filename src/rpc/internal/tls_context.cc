#include "rpc/internal/tls_context.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace alluxio::rpc {
namespace {

constexpr char kCertificate[] = "alluxio.network.tls.certificate.path";
constexpr char kKey[] = "alluxio.network.tls.key.path";
constexpr char kCa[] = "alluxio.network.tls.ca.path";
constexpr size_t kMaxFileBytes = 4 * 1024 * 1024;  // the certificates of a system are 200 KiB
constexpr int kWarnDays = 14;
constexpr unsigned char kAlpn[] = {2, 'h', '2'};

std::string At(const std::string& property, const std::string& path) {
  return property + "=" + path + ": ";
}

// What the library complains about first; its queue is empty afterwards.
std::string LibraryError() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown reason" : reason;
}

std::string TimeText(const ASN1_TIME* time) {
  BIO* memory = BIO_new(BIO_s_mem());
  ASN1_TIME_print(memory, time);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string copy(text, static_cast<size_t>(size));
  BIO_free(memory);
  return copy;
}

// Of a server's own certificate: nobody would accept one that is out of date.
Status CheckDates(X509* certificate, const std::string& where) {
  const ASN1_TIME* from = X509_get0_notBefore(certificate);
  const ASN1_TIME* until = X509_get0_notAfter(certificate);
  if (X509_cmp_current_time(until) < 0) {
    return FailedPrecondition(where + "the certificate has expired on " + TimeText(until) +
                              "; put a new one there, or look at this host's clock");
  }
  if (X509_cmp_current_time(from) > 0) {
    return FailedPrecondition(where + "the certificate is not valid before " + TimeText(from) +
                              "; wait, or look at this host's clock");
  }
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, nullptr, until) == 1 && days < kWarnDays) {
    LOG_WARN("rpc: {}the certificate expires on {}", where, TimeText(until));
  }
  return OkStatus();
}

int ChooseAlpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
               unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  const int result = SSL_select_next_proto(&chosen, size, kAlpn, sizeof(kAlpn), offered,
                                           offered_size);
  *out = chosen;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void WarnOfReaders(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0 && (found.st_mode & S_IROTH) != 0) {
    LOG_WARN("rpc: {}everybody on this host can read the key: chmod o-r", At(kKey, path));
  }
}

}  // namespace

Result<std::string> ReadPem(const std::string& property, const std::string& path) {
  if (path.empty()) {
    return FailedPrecondition(property + " is not set; alluxio.network.tls.enabled=true needs it");
  }
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const std::string why = strerror(errno);
    return FailedPrecondition(At(property, path) + why +
                              (errno == EACCES ? "; the user of this process must be able to "
                                                 "read it"
                                               : "; a file in PEM format is expected there"));
  }
  std::string text;
  char buffer[16384];
  ssize_t got = 0;
  while (text.size() <= kMaxFileBytes && (got = ::read(fd, buffer, sizeof(buffer))) > 0) {
    text.append(buffer, static_cast<size_t>(got));
  }
  const int error = got < 0 ? errno : 0;
  ::close(fd);
  if (error != 0) return FailedPrecondition(At(property, path) + strerror(error));
  if (text.size() > kMaxFileBytes || text.find("-----BEGIN ") == std::string::npos) {
    return FailedPrecondition(At(property, path) + "is not in PEM format, which begins with "
                                                   "\"-----BEGIN\"; openssl converts others");
  }
  return text;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

void KeepOpenSslToTheEnd() {
  static const int done = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
  if (done != 1) LOG_WARN("rpc: TLS: {}", LibraryError());
}

Result<std::shared_ptr<TlsContext>> TlsContext::New(bool server) {
  KeepOpenSslToTheEnd();
  SSL_CTX* context = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
  if (context == nullptr) return InternalError("TLS: " + LibraryError());
  std::shared_ptr<TlsContext> tls(new TlsContext(context, server));
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Idle connections keep no buffers.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (server) {
    SSL_CTX_set_alpn_select_cb(context, ChooseAlpn, nullptr);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
  } else {
    SSL_CTX_set_alpn_protos(context, kAlpn, sizeof(kAlpn));
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  return tls;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::ForServer(const TlsOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<TlsContext> tls, New(true));
  ASSIGN_OR_RETURN(std::string certificate, ReadPem(kCertificate, options.certificate_path));
  ASSIGN_OR_RETURN(std::string key, ReadPem(kKey, options.key_path));
  const std::string certificate_at = At(kCertificate, options.certificate_path);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(tls->get(), options.certificate_path.c_str()) != 1) {
    return FailedPrecondition(certificate_at + "is no certificate: " + LibraryError());
  }
  RETURN_IF_ERROR(CheckDates(SSL_CTX_get0_certificate(tls->get()), certificate_at));
  if (SSL_CTX_use_PrivateKey_file(tls->get(), options.key_path.c_str(), SSL_FILETYPE_PEM) != 1) {
    return FailedPrecondition(At(kKey, options.key_path) + "is not the key of " +
                              options.certificate_path + ", or is encrypted: " + LibraryError());
  }
  if (SSL_CTX_check_private_key(tls->get()) != 1) {
    return FailedPrecondition(At(kKey, options.key_path) + "is not the key of " +
                              options.certificate_path + ": " + LibraryError());
  }
  WarnOfReaders(options.key_path);
  return std::shared_ptr<const TlsContext>(std::move(tls));
}

Result<std::shared_ptr<const TlsContext>> TlsContext::ForClient(const TlsOptions& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<TlsContext> tls, New(false));
  if (options.ca_path.empty()) {
    SSL_CTX_set_default_verify_paths(tls->get());
    return std::shared_ptr<const TlsContext>(std::move(tls));
  }
  ASSIGN_OR_RETURN(std::string pem, ReadPem(kCa, options.ca_path));
  ERR_clear_error();
  if (SSL_CTX_load_verify_file(tls->get(), options.ca_path.c_str()) != 1) {
    return FailedPrecondition(At(kCa, options.ca_path) + "has no certificate: " + LibraryError());
  }
  return std::shared_ptr<const TlsContext>(std::move(tls));
}

}  // namespace alluxio::rpc
