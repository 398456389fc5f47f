// The TCP connections of this process to servers, shared by all channels to one address.
#pragma once

#include <memory>

#include "rpc/channel.h"

namespace grpc {
class Channel;
}

namespace alluxio::rpc {

// A connection for `options`; of several to a streaming server, the next in turn. Connects when
// first used, and again after a loss. FAILED_PRECONDITION with the file when TLS cannot be had.
// Thread-safe.
Result<std::shared_ptr<::grpc::Channel>> SharedConnection(const ChannelOptions& options);

}  // namespace alluxio::rpc
