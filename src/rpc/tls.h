// TlsOptions: where a process keeps what it needs to speak TLS. Values.
//
// Servers show a certificate and prove that they have its key; clients check that a certificate
// they trust has signed it and that it names the host they asked for. Who the user is stays SASL's
// business.
#pragma once

#include <string>

#include "base/result.h"

namespace alluxio::conf {
class Configuration;
}

namespace alluxio::rpc {

struct TlsOptions {
  bool enabled = false;
  std::string certificate_path;  // servers: PEM, their own certificate first, then its signers
  std::string key_path;          // servers: PEM
  std::string ca_path;           // clients: PEM, whom to trust; "" = whom the system trusts

  // alluxio.network.tls.enabled, .certificate.path, .key.path, .ca.path
  static TlsOptions FromConf(const conf::Configuration& conf);
};

}  // namespace alluxio::rpc
