// Log lines: one event per line, the room first, then key=value.
//
//   LOG_INFO("journal: segment completed name={} entries={}", name, entries);
//
// Thread-safe. Before LogToFile() lines go to stderr. Never log secrets; rate-limit in loops.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "base/status.h"

namespace alluxio {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError, kOff };

struct LogFileOptions {
  std::string path;                      // for example logs/master.log
  size_t max_bytes = 10 * 1024 * 1024;   // rotate beyond this size
  size_t max_files = 100;                // rotated files kept
};

// From now on lines go to `options.path`; creates its folder. Call once, before threads start.
Status LogToFile(const LogFileOptions& options);
void SetLogLevel(LogLevel level);
LogLevel GetLogLevel();
// "DEBUG", "info" ... as operators write them.
bool ParseLogLevel(std::string_view text, LogLevel* level);
void FlushLog();

namespace log_internal {
bool Enabled(LogLevel level);
void Write(LogLevel level, fmt::string_view format, fmt::format_args args);
template <typename... Args>
void Format(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  if (Enabled(level)) Write(level, format, fmt::make_format_args(args...));
}
}  // namespace log_internal

#define LOG_TRACE(...) ::alluxio::log_internal::Format(::alluxio::LogLevel::kTrace, __VA_ARGS__)
#define LOG_DEBUG(...) ::alluxio::log_internal::Format(::alluxio::LogLevel::kDebug, __VA_ARGS__)
#define LOG_INFO(...) ::alluxio::log_internal::Format(::alluxio::LogLevel::kInfo, __VA_ARGS__)
#define LOG_WARN(...) ::alluxio::log_internal::Format(::alluxio::LogLevel::kWarn, __VA_ARGS__)
#define LOG_ERROR(...) ::alluxio::log_internal::Format(::alluxio::LogLevel::kError, __VA_ARGS__)

// For an error that is dropped on purpose: says so at WARN, with `why`.
void LogIfError(const Status& status, std::string_view why);

}  // namespace alluxio
