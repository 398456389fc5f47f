// SaslService: the server's side of SIMPLE authentication.
//
// One stream authenticates one channel: the client sends its credentials, the server answers
// SUCCESS, and the stream stays open as long as the channel is used. When it ends, for whatever
// reason, the channel is forgotten. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/callback.h"
#include "rpc/channel_registry.h"
#include "rpc/service.h"

namespace alluxio::rpc {

inline constexpr char kSaslMethod[] =
    "/alluxio.grpc.sasl.SaslAuthenticationService/authenticate";

struct SaslOptions {
  // See ServerOptions::may_impersonate.
  std::function<Status(const std::string& connection_user, const std::string& impersonated)>
      may_impersonate;
  // Runs work that may block, away from transport threads.
  std::function<Status(Callback<void()> work)> run_blocking;
};

// Creates the stream handlers. `registry` must outlive the server that uses them.
StreamFactory SaslStreams(SaslOptions options, ChannelRegistry& registry);

}  // namespace alluxio::rpc
