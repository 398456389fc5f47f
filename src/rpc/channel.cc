#include "rpc/channel.h"

#include "base/mutex.h"

namespace alluxio::rpc {
namespace {

// Where a blocked caller waits for the answer of an asynchronous call.
struct Waiting {
  Mutex mutex{LockRank::kLeaf};
  CondVar changed;
  std::optional<Result<Bytes>> answer GUARDED_BY(mutex);
};

}  // namespace

Status SendMessage(ClientStream& stream, const google::protobuf::MessageLite& message) {
  return stream.Send(message.SerializeAsString(), Bytes());
}

Status Channel::Call(const std::string& method, const google::protobuf::MessageLite& request,
                     google::protobuf::MessageLite* response, Duration timeout) {
  auto waiting = std::make_shared<Waiting>();
  CallAsync(method, Bytes::FromString(request.SerializeAsString()), timeout,
            [waiting](Result<Bytes> answer) {
              MutexLock lock(waiting->mutex);
              waiting->answer = std::move(answer);
              waiting->changed.NotifyAll();
            });
  Result<Bytes> answer = Bytes();
  {
    MutexLock lock(waiting->mutex);
    // Ends for certain: CallAsync gives every call an end, at the latest at its timeout.
    while (!waiting->answer) waiting->changed.Wait(waiting->mutex);
    answer = std::move(*waiting->answer);
  }
  if (!answer.ok()) return answer.status();
  if (!response->ParseFromArray(answer->data(), static_cast<int>(answer->size()))) {
    return InternalError(method + ": the answer is not a valid " + response->GetTypeName());
  }
  return OkStatus();
}

}  // namespace alluxio::rpc
