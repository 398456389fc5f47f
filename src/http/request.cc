#include "http/request.h"

#include <charconv>

#include "base/json_text.h"

namespace alluxio::http {
namespace {

int HttpStatus(StatusCode code) {
  switch (code) {
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange: return 400;
    case StatusCode::kUnauthenticated: return 401;
    case StatusCode::kPermissionDenied: return 403;
    case StatusCode::kNotFound: return 404;
    case StatusCode::kAlreadyExists:
    case StatusCode::kAborted:
    case StatusCode::kFailedPrecondition: return 409;
    case StatusCode::kResourceExhausted: return 429;
    case StatusCode::kUnimplemented: return 501;
    case StatusCode::kUnavailable: return 503;
    case StatusCode::kDeadlineExceeded: return 504;
    default: return 500;
  }
}

}  // namespace

const std::string& Request::Query(std::string_view name) const {
  static const std::string kNone;
  auto found = query.find(name);
  return found == query.end() ? kNone : found->second;
}

Result<int64_t> Request::Number(std::string_view name, int64_t otherwise, int64_t most) const {
  const std::string& text = Query(name);
  if (text.empty()) return otherwise;
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > most) {
    return InvalidArgument(std::string(name) + "=" + text + ": a number from 0 to " +
                           std::to_string(most) + " is expected");
  }
  return value;
}

Response Response::Json(std::string text) {
  Response response;
  response.body = std::move(text);
  return response;
}

Response Response::Text(int status, std::string text) {
  Response response;
  response.status = status;
  response.type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  return response;
}

Response Response::Of(const Status& error) {
  JsonText json;
  json.BeginObject();
  json.Field("statusCode", StatusCodeName(error.code())).Field("message", error.message());
  json.EndObject();
  Response response = Json(json.text());
  response.status = HttpStatus(error.code());
  return response;
}

}  // namespace alluxio::http
