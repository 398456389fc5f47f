#include "rpc/tls.h"

#include "conf/configuration.h"

namespace alluxio::rpc {

TlsOptions TlsOptions::FromConf(const conf::Configuration& conf) {
  TlsOptions options;
  options.enabled = conf.GetBool("alluxio.network.tls.enabled");
  options.certificate_path = conf.GetString("alluxio.network.tls.certificate.path");
  options.key_path = conf.GetString("alluxio.network.tls.key.path");
  options.ca_path = conf.GetString("alluxio.network.tls.ca.path");
  return options;
}

}  // namespace alluxio::rpc
