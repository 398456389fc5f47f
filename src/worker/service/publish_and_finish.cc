#include "worker/service/publish_and_finish.h"

#include "base/log.h"

namespace alluxio::worker {

Status PublishAndFinish(WorkerParts& parts, const CommittedBlock& block, rpc::StreamSinkPtr sink) {
  Status submitted = parts.commits.Submit(
      [&parts, block, sink = std::move(sink)] { sink->Finish(parts.publisher.Publish(block)); });
  if (!submitted.ok()) LogIfError(parts.store.Remove(block.id), "worker: unpublished block");
  return submitted;
}

}  // namespace alluxio::worker
