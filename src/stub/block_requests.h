// How requests for blocks are written, for the files that send them.
#pragma once

#include "stub/block_streams.h"

namespace google::protobuf {
class MessageLite;
}
namespace alluxio::grpc::block {
class ReadRequest;
}
namespace alluxio::proto::dataserver {
class OpenUfsBlockOptions;
}

namespace alluxio::stub {

// Presence is meaning: a block that is nowhere in the under store gives an empty message.
void ToProto(const UfsBlock& ufs, proto::dataserver::OpenUfsBlockOptions* out);
void ToProto(const BlockReadRequest& request, grpc::block::ReadRequest* out);

// The worker's first message, which both local sessions begin with.
Status ReceiveFirst(rpc::ClientStream& stream, google::protobuf::MessageLite* answer);

}  // namespace alluxio::stub
