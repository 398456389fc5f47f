// LoadDesk: the Load call: blocks of under stores that a master wants here. Blocks of one request
// are fetched side by side, at most some of a job at once; with a bandwidth they are fetched one
// after the other, and each waits until the bytes of those before it are paid for. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/duration.h"
#include "base/mutex.h"
#include "env/lane_pool.h"
#include "proto/grpc/block_worker.pb.h"
#include "rpc/service.h"

namespace alluxio::worker {

class BlockCacher;

// When bytes of a job may be read. The bytes of one reservation come at once, so the rate is kept
// over time and not at each moment. Thread-safe.
class LoadBandwidth {
 public:
  // How long to wait before `bytes` of job `tag` are read, at `rate` bytes a second.
  Duration Reserve(const std::string& tag, int64_t rate, int64_t bytes, Duration now);

 private:
  Mutex mutex_;
  std::unordered_map<std::string, Duration> free_at_ GUARDED_BY(mutex_);  // of jobs not long ago
};

class LoadDesk {
 public:
  using Reply = rpc::Reply<grpc::block::LoadResponse>;

  // `cacher` outlives this.
  explicit LoadDesk(BlockCacher& cacher);
  ~LoadDesk();

  // Answers when every block is here or failed.
  void Load(const grpc::block::LoadRequest& request, Reply reply);
  // Refuses new work; what waits is answered UNAVAILABLE. Waits for fetches under way.
  void Stop();

 private:
  struct Order;
  void LoadOne(Order& order, int index);
  void LoadInTurn(Order& order);
  bool Stopping();
  // Ends early when this worker stops.
  void Pause(Duration pause);

  BlockCacher& cacher_;
  LoadBandwidth bandwidth_;
  Mutex mutex_;
  CondVar stopped_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::unique_ptr<LanePool> pool_;
};

}  // namespace alluxio::worker
