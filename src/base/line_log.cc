#include "base/line_log.h"

#include <fmt/format.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

namespace alluxio {

struct LineLog::State {
  explicit State(spdlog::sink_ptr sink) : logger("lines", std::move(sink)) {}
  spdlog::logger logger;
};

LineLog::LineLog(std::unique_ptr<State> state) : state_(std::move(state)) {}

LineLog::~LineLog() = default;

Result<std::unique_ptr<LineLog>> LineLog::Open(const LogFileOptions& options,
                                               const std::string& name) {
  try {
    auto state = std::make_unique<State>(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
        options.path, options.max_bytes, options.max_files));
    state->logger.set_pattern("%Y-%m-%d %H:%M:%S,%e INFO  " + name + " - %v");
    state->logger.flush_on(spdlog::level::info);
    return std::unique_ptr<LineLog>(new LineLog(std::move(state)));
  } catch (const spdlog::spdlog_ex& error) {
    return UnknownError("log file " + options.path + ": " + error.what());
  }
}

void LineLog::Write(std::string_view line) {
  std::string text;
  text.reserve(line.size());
  for (char c : line) {
    bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (control && c != '\t') {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  state_->logger.info(spdlog::string_view_t(text));
}

}  // namespace alluxio
