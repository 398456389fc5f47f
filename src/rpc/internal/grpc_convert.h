// Conversions between our types and the transport library's.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/duration.h"
#include "base/status.h"

struct gpr_timespec;

namespace grpc {
class ByteBuffer;
class Status;
}  // namespace grpc

namespace alluxio::rpc {

// `prefix` and `body` as one message, without copying either.
void ToByteBuffer(std::string prefix, Bytes body, ::grpc::ByteBuffer* out);
// Likewise; a small body is copied, which is cheaper than sharing it.
void ToByteBuffer(const Bytes& body, ::grpc::ByteBuffer* out);
// One piece of memory; copies only when the message arrived in several.
Bytes FromByteBuffer(::grpc::ByteBuffer* buffer);

::grpc::Status ToGrpcStatus(const Status& status);
Status FromGrpcStatus(const ::grpc::Status& status);
// "ipv6:[::1]:5", which the library writes percent-encoded.
std::string PeerText(const std::string& peer);

// That time from now; longer than ten years counts as never.
gpr_timespec DeadlineAfter(Duration timeout);

}  // namespace alluxio::rpc
