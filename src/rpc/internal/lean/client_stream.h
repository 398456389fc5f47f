// The blocking face of a client's stream on event loops. See ClientStream in rpc/channel.h.
#pragma once

#include <memory>

#include "rpc/channel.h"
#include "rpc/internal/lean/client_call.h"

namespace alluxio::rpc {

// Does not wait for the connection. `ended` runs once on the loop's thread.
std::unique_ptr<ClientStream> OpenClientStream(std::shared_ptr<ClientConnection> connection,
                                               const ClientCallOptions& options,
                                               Callback<void(const Status&)> ended);

}  // namespace alluxio::rpc
