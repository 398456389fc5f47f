#include "stub/watched_call.h"

#include <algorithm>
#include <memory>

#include "base/mutex.h"
#include "env/clock.h"

namespace alluxio::stub {
namespace {

// Outlives a caller that has gone on.
struct Waiting {
  Mutex mutex{LockRank::kLeaf};
  CondVar changed;
  std::optional<Result<Bytes>> answer GUARDED_BY(mutex);

  // Nullopt when none came in time.
  std::optional<Result<Bytes>> Await(Duration time) {
    MutexLock lock(mutex);
    if (!answer) changed.WaitFor(mutex, time);
    return std::move(answer);
  }
};

}  // namespace

Status WatchedCall::Run(rpc::Channel& channel, const std::string& method,
                        const google::protobuf::MessageLite& request,
                        google::protobuf::MessageLite* response) const {
  auto waiting = std::make_shared<Waiting>();
  channel.CallAsync(method, Bytes::FromString(request.SerializeAsString()), timeout,
                    [waiting](Result<Bytes> answer) {
                      MutexLock lock(waiting->mutex);
                      waiting->answer = std::move(answer);
                      waiting->changed.NotifyAll();
                    });
  std::optional<Result<Bytes>> answer = waiting->Await(patience);
  while (!answer) {
    // Ends for certain: the channel gives every call an end, at the latest at its timeout.
    RETURN_IF_ERROR(wait_on());
    answer = waiting->Await(std::min(patience, then));
  }
  if (!answer->ok()) return answer->status();
  if (!response->ParseFromArray((*answer)->data(), static_cast<int>((*answer)->size()))) {
    return InternalError(method + ": the answer is not a valid " + response->GetTypeName());
  }
  return OkStatus();
}

Result<std::optional<Bytes>> WatchedCall::Receive(rpc::ClientStream& stream) const {
  const Duration end = Clock::Real().Monotonic() + timeout;
  for (Duration wait = patience;; wait = std::min(patience, then)) {
    const Duration begun = Clock::Real().Monotonic();
    const Duration slice = std::min(wait, end - begun);
    Result<std::optional<Bytes>> next = stream.Receive(slice);
    if (!next.status().Is(StatusCode::kDeadlineExceeded)) return next;
    const Duration now = Clock::Real().Monotonic();
    // Sooner than the slice it is the server that says so.
    if (now >= end || now - begun < slice) return next;
    RETURN_IF_ERROR(wait_on());
  }
}

}  // namespace alluxio::stub
