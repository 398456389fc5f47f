// The transports that a server may run on; Server::Start chooses.
#pragma once

#include <memory>

#include "rpc/service.h"

namespace alluxio::rpc {

Result<std::unique_ptr<Server>> StartGrpcServer(const ServerOptions& options,
                                                const MethodTable& methods);
Result<std::unique_ptr<Server>> StartLeanServer(const ServerOptions& options,
                                                const MethodTable& methods);

}  // namespace alluxio::rpc
