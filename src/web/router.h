// Router: which function answers which path.
//
//   /api/..., /metrics/...   an exact path, a slash at the end or not
//   everything else          the pages
//
// Filled before the server starts, constant afterwards, so thread-safe.
#pragma once

#include <map>
#include <string>

#include "http/request.h"
#include "web/pages.h"

namespace alluxio::web {

class Router {
 public:
  // `pages` outlives the router.
  explicit Router(const Pages& pages) : pages_(pages) {}

  // CHECKs that nobody answers there yet.
  void Get(const std::string& path, http::Handler handler) { Add("GET", path, std::move(handler)); }
  void Post(const std::string& path, http::Handler handler) {
    Add("POST", path, std::move(handler));
  }

  http::Response Handle(const http::Request& request) const;

 private:
  struct Route {
    std::string method;
    http::Handler handler;
  };
  void Add(const std::string& method, const std::string& path, http::Handler handler);

  const Pages& pages_;
  std::map<std::string, Route, std::less<>> routes_;
};

}  // namespace alluxio::web
