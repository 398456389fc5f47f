// POST logLevel: tells or changes how much this process logs. There is one logger here; the names
// of 2.9's Java classes are accepted and mean it.
#include <array>

#include "base/json_text.h"
#include "base/log.h"
#include "web/process_routes.h"

namespace alluxio::web {
namespace {

const char* NameOf(LogLevel level) {
  static constexpr std::array<const char*, 6> kNames = {"TRACE", "DEBUG", "INFO",
                                                        "WARN",  "ERROR", "OFF"};
  return kNames[static_cast<size_t>(level)];
}

}  // namespace

http::Response LogLevelPage(const http::Request& request) {
  const std::string& name = request.Query("logName");
  const std::string& wanted = request.Query("level");
  std::string message = "the level is as it was";
  if (!wanted.empty()) {
    LogLevel level = LogLevel::kInfo;
    if (!ParseLogLevel(wanted, &level)) {
      return http::Response::Of(InvalidArgument(
          "level=" + wanted + ": one of TRACE, DEBUG, INFO, WARN, ERROR, OFF is expected"));
    }
    SetLogLevel(level);
    LOG_WARN("web: log level changed level={}", NameOf(level));
    message = "Setting Log Level to " + std::string(NameOf(level));
  }
  JsonText json;
  json.BeginObject().Field("logName", name.empty() ? "alluxio" : name);
  json.Field("level", NameOf(GetLogLevel())).Field("message", message).EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::web
