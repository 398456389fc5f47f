// StreamWork: what one stream does, as plain blocking code. OffTransport() turns it into a stream
// handler whose methods run on an executor, one at a time and in order.
//
//   OnMessage* , then OnHalfClose or nothing , then OnEnd exactly once and last
//
// An error of OnMessage or OnHalfClose finishes the stream; only OnEnd follows.
#pragma once

#include <functional>
#include <memory>

#include "env/executor.h"
#include "rpc/service.h"

namespace alluxio::worker {

class StreamWork {
 public:
  virtual ~StreamWork() = default;
  virtual Status OnMessage(const Bytes& message) = 0;
  // The client is done. On OK the work finishes the stream itself, now or later.
  virtual Status OnHalfClose() = 0;
  // Gives everything back that was not committed. Short.
  virtual void OnEnd() = 0;
};

using StreamWorkFactory = std::function<std::unique_ptr<StreamWork>(rpc::StreamSinkPtr)>;

// `executor` must outlive every stream.
rpc::StreamFactory OffTransport(Executor& executor, StreamWorkFactory factory);

}  // namespace alluxio::worker
