// GzipSink, GunzipSource: checkpoints and backups packed by gzip. Not thread-safe.
#pragma once

#include <memory>

#include "journal/journal.h"

namespace alluxio::journal {

// One gzip member: Java's reader stops after the first.
class GzipSink final : public CheckpointSink {
 public:
  explicit GzipSink(CheckpointSink& inner);  // `inner` outlives this
  ~GzipSink() override;
  Status Write(std::string_view data) override;
  // The end of the member. Nothing may be written afterwards.
  Status Finish();

 private:
  struct State;
  Status Deflate(int flush);
  CheckpointSink& inner_;
  std::unique_ptr<State> state_;
};

// DATA_LOSS for bytes that are no gzip, are damaged, or end early.
class GunzipSource final : public CheckpointSource {
 public:
  explicit GunzipSource(CheckpointSource& inner);  // `inner` outlives this
  ~GunzipSource() override;
  Result<size_t> Read(char* into, size_t size) override;

 private:
  struct State;
  CheckpointSource& inner_;
  std::unique_ptr<State> state_;
};

}  // namespace alluxio::journal
