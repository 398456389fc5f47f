// ConnectionOptions: as whom, and how patiently, a process talks to servers.
#pragma once

#include <string>

#include "base/duration.h"
#include "base/result.h"
#include "rpc/tls.h"
#include "rpc/transport.h"
#include "stub/retry_policy.h"

namespace alluxio::stub {

struct ConnectionOptions {
  rpc::Transport transport = rpc::Transport::kLean;
  rpc::TlsOptions tls;
  bool authenticate = true;  // SIMPLE; false = NOSASL
  std::string user;          // "" = the user of this process
  std::string impersonate;   // "" = nobody
  // Which sockets of workers are of this host: alluxio.worker.data.server.domain.socket.as.uuid,
  // and the name that workers here have.
  bool domain_socket_as_uuid = false;
  std::string local_host;
  Duration connect_timeout = std::chrono::seconds(30);
  Duration call_timeout = std::chrono::minutes(5);  // of one attempt
  // After so long without an answer, again and again, another primary is looked for.
  Duration patience = std::chrono::seconds(1);
  RetryOptions retry;

  // alluxio.network.transport, alluxio.network.tls.*, alluxio.security.authentication.type,
  // alluxio.security.login.username, alluxio.network.connection.auth.timeout,
  // alluxio.user.rpc.retry.*
  static Result<ConnectionOptions> FromConf(const conf::Configuration& conf);
};

}  // namespace alluxio::stub
