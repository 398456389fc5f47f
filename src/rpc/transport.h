// Transport: what carries the calls of a server or a channel.
#pragma once

namespace alluxio::rpc {

// Both speak gRPC; peers see no difference but in speed.
enum class Transport {
  kLean,  // our own HTTP/2 on event loops
  kGrpc,  // gRPC C++
};

}  // namespace alluxio::rpc
