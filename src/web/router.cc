#include "web/router.h"

#include "base/check.h"

namespace alluxio::web {

void Router::Add(const std::string& method, const std::string& path, http::Handler handler) {
  bool is_new = routes_.emplace(path, Route{method, std::move(handler)}).second;
  CHECK(is_new) << "two routes for " << path;
}

http::Response Router::Handle(const http::Request& request) const {
  std::string_view path = request.path;
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  auto found = routes_.find(path);
  if (found != routes_.end()) {
    if (found->second.method == request.method) return found->second.handler(request);
    return http::Response::Text(405, "only " + found->second.method + " is answered here\n");
  }
  if (path.starts_with("/api/") || path.starts_with("/metrics")) {
    return http::Response::Of(NotFound("there is no " + std::string(path) + " here"));
  }
  if (request.method != "GET") return http::Response::Text(405, "only GET is answered here\n");
  return pages_.Handle(request);
}

}  // namespace alluxio::web
