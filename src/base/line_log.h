// LineLog: a log file of its own beside that of the process, for lines that others read, such as
// the audit log. Rotated the same way. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"

namespace alluxio {

class LineLog {
 public:
  // `name` stands behind the time and level, as log4j's "%d %-5p %c{1} - %m%n" shows it:
  // "2026-11-28 12:29:24,824 INFO  AUDIT_LOG - ...". Creates the folder.
  static Result<std::unique_ptr<LineLog>> Open(const LogFileOptions& options,
                                               const std::string& name);
  ~LineLog();
  LineLog(const LineLog&) = delete;
  LineLog& operator=(const LineLog&) = delete;

  // On its way to the disk when this returns. Control characters come as \x0a, so that a line is
  // one line; tabs stay.
  void Write(std::string_view line);

 private:
  struct State;
  explicit LineLog(std::unique_ptr<State> state);
  const std::unique_ptr<State> state_;
};

}  // namespace alluxio
