// WatchedCall: a call to a master that may be paused or cut off at any time. While no answer comes,
// somebody who may know better is asked now and then whether to wait on.
#pragma once

#include <google/protobuf/message_lite.h>

#include <functional>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "rpc/channel.h"

namespace alluxio::stub {

struct WatchedCall {
  Duration timeout = std::chrono::minutes(5);
  Duration patience = std::chrono::seconds(1);  // before the first question
  Duration then = std::chrono::milliseconds(250);  // between two questions
  // An error ends the wait, and is what the call returns. The call itself may still take effect.
  std::function<Status()> wait_on;

  // A unary call; blocks.
  Status Run(rpc::Channel& channel, const std::string& method,
             const google::protobuf::MessageLite& request,
             google::protobuf::MessageLite* response) const;
  // The next message of a stream, as ClientStream::Receive.
  Result<std::optional<Bytes>> Receive(rpc::ClientStream& stream) const;
};

}  // namespace alluxio::stub
