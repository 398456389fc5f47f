// BlockPublisher: tells the master of a block that has just been committed here.
#pragma once

#include "base/status.h"
#include "worker/store/store_report.h"

namespace alluxio::worker {

class BlockPublisher {
 public:
  virtual ~BlockPublisher() = default;
  // Returns OK when the master knows the block and it was announced; any error means that the block
  // was removed again. Blocks for an RPC. Thread-safe.
  virtual Status Publish(const CommittedBlock& block) = 0;
};

}  // namespace alluxio::worker
