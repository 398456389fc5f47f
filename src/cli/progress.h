// Progress: one line on standard error that shows how far a long copy is, when a person watches.
#pragma once

#include <cstdint>
#include <string>

#include "base/mutex.h"
#include "cli/printer.h"
#include "env/clock.h"

namespace alluxio::cli {

// Thread-safe. Draws at most four times a second, nothing in the first second, and erases its
// line when destroyed. Does nothing when `printer` is not a terminal.
class Progress {
 public:
  Progress(Printer& printer, Clock& clock, std::string what, int64_t total_bytes);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Add(int64_t bytes) EXCLUDES(mutex_);

 private:
  Printer& printer_;
  Clock& clock_;
  const std::string what_;
  const int64_t total_;
  const Duration start_;
  Mutex mutex_;
  int64_t done_ GUARDED_BY(mutex_) = 0;
  Duration last_drawn_ GUARDED_BY(mutex_);
  bool drawn_ GUARDED_BY(mutex_) = false;
};

}  // namespace alluxio::cli
