#include "base/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cctype>

namespace alluxio {
namespace {

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return spdlog::level::trace;
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

void Configure(spdlog::logger& logger) {
  logger.set_pattern("%Y-%m-%dT%H:%M:%S.%e %L [%t] %v");
  logger.flush_on(spdlog::level::info);
}

std::shared_ptr<spdlog::logger>& Logger() {
  static std::shared_ptr<spdlog::logger> logger = [] {
    auto created = std::make_shared<spdlog::logger>(
        "alluxio", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    Configure(*created);
    return created;
  }();
  return logger;
}

}  // namespace

Status LogToFile(const LogFileOptions& options) {
  try {
    auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
        options.path, options.max_bytes, options.max_files);
    auto logger = std::make_shared<spdlog::logger>("alluxio", std::move(sink));
    logger->set_level(Logger()->level());
    Configure(*logger);
    Logger() = std::move(logger);
    return OkStatus();
  } catch (const spdlog::spdlog_ex& error) {
    return UnknownError("log file " + options.path + ": " + error.what());
  }
}

void SetLogLevel(LogLevel level) { Logger()->set_level(ToSpdlog(level)); }

LogLevel GetLogLevel() {
  switch (Logger()->level()) {
    case spdlog::level::trace:
      return LogLevel::kTrace;
    case spdlog::level::debug:
      return LogLevel::kDebug;
    case spdlog::level::warn:
      return LogLevel::kWarn;
    case spdlog::level::err:
    case spdlog::level::critical:
      return LogLevel::kError;
    case spdlog::level::off:
      return LogLevel::kOff;
    default:
      return LogLevel::kInfo;
  }
}

bool ParseLogLevel(std::string_view text, LogLevel* level) {
  std::string upper;
  for (char c : text) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (upper == "TRACE") *level = LogLevel::kTrace;
  else if (upper == "DEBUG") *level = LogLevel::kDebug;
  else if (upper == "INFO") *level = LogLevel::kInfo;
  else if (upper == "WARN") *level = LogLevel::kWarn;
  else if (upper == "ERROR" || upper == "FATAL") *level = LogLevel::kError;
  else if (upper == "OFF") *level = LogLevel::kOff;
  else return false;
  return true;
}

void FlushLog() { Logger()->flush(); }

namespace log_internal {

bool Enabled(LogLevel level) { return Logger()->should_log(ToSpdlog(level)); }

void Write(LogLevel level, fmt::string_view format, fmt::format_args args) {
  Logger()->log(ToSpdlog(level), fmt::vformat(format, args));
}

}  // namespace log_internal

void LogIfError(const Status& status, std::string_view why) {
  if (!status.ok()) LOG_WARN("{}: ignored error {}", why, status.ToString());
}

}  // namespace alluxio
