#include "stub/connection_options.h"

#include "conf/configuration.h"

namespace alluxio::stub {

Result<ConnectionOptions> ConnectionOptions::FromConf(const conf::Configuration& conf) {
  ConnectionOptions options;
  if (conf.GetString("alluxio.network.transport") == "GRPC") {
    options.transport = rpc::Transport::kGrpc;
  }
  const std::string type = conf.GetString("alluxio.security.authentication.type");
  if (type == "NOSASL") {
    options.authenticate = false;
  } else if (type != "SIMPLE" && type != "CUSTOM") {
    return InvalidArgument("alluxio.security.authentication.type: " + type +
                           " is not supported; expected SIMPLE, CUSTOM or NOSASL");
  }
  options.user = conf.GetString("alluxio.security.login.username");
  // _NONE_ and _HDFS_USER_ are Alluxio's words; without a Hadoop user both mean nobody.
  const std::string impersonate = conf.GetString("alluxio.security.login.impersonation.username");
  if (impersonate != "_NONE_" && impersonate != "_HDFS_USER_") options.impersonate = impersonate;
  options.connect_timeout = conf.GetDuration("alluxio.network.connection.auth.timeout");
  options.tls = rpc::TlsOptions::FromConf(conf);
  options.domain_socket_as_uuid =
      conf.GetBool("alluxio.worker.data.server.domain.socket.as.uuid");
  options.local_host = conf.GetString("alluxio.user.hostname");
  if (options.local_host.empty()) options.local_host = conf.host().hostname;
  options.retry = RetryOptions::FromConf(conf);
  return options;
}

}  // namespace alluxio::stub
