// Running: how many streams and loads of clients a worker serves now. It is shut down without harm
// when there are none.
#pragma once

#include <atomic>
#include <cstdint>

#include "rpc/service.h"

namespace alluxio::worker {

class Running {
 public:
  // One of them, from its beginning to its end.
  class One {
   public:
    explicit One(Running& all) : all_(all) { ++all_.count_; }
    ~One() { --all_.count_; }
    One(const One&) = delete;
    One& operator=(const One&) = delete;

   private:
    Running& all_;
  };

  int64_t count() const { return count_; }
  // The same streams, counted. Outlived by this.
  rpc::StreamFactory Counted(rpc::StreamFactory factory);

 private:
  std::atomic<int64_t> count_{0};
};

}  // namespace alluxio::worker
