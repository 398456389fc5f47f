// StreamWork: what one stream does, as plain blocking code. OffTransport() turns it into a stream
// handler whose methods run on an executor, one at a time and in order.
//
//   OnMessage* , then OnHalfClose or nothing , then OnEnd exactly once and last
//
// An error of OnMessage or OnHalfClose finishes the stream; only OnEnd follows.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "env/executor.h"
#include "rpc/service.h"

namespace alluxio::worker {

class StreamWork {
 public:
  virtual ~StreamWork() = default;
  virtual Status OnMessage(const Bytes& message) = 0;
  // On a transport's thread, which must not wait, while nothing of the stream is under way: takes
  // the message if that is quick, which saves waking a thread for it. Nothing: OnMessage gets it.
  virtual std::optional<Status> TryMessage(const Bytes&) { return std::nullopt; }
  // The client is done. On OK the work finishes the stream itself, now or later.
  virtual Status OnHalfClose() = 0;
  // Gives everything back that was not committed. Short.
  virtual void OnEnd() = 0;
};

using StreamWorkFactory = std::function<std::unique_ptr<StreamWork>(rpc::StreamSinkPtr)>;

// Where a stream runs, by its first message; an empty one when it ends without any.
using ExecutorOfStream = std::function<Executor&(const Bytes& first_message)>;

// The executors must outlive every stream.
rpc::StreamFactory OffTransport(ExecutorOfStream executor, StreamWorkFactory factory);
inline rpc::StreamFactory OffTransport(Executor& executor, StreamWorkFactory factory) {
  return OffTransport([&executor](const Bytes&) -> Executor& { return executor; },
                      std::move(factory));
}

}  // namespace alluxio::worker
