// Request, Response: one exchange over HTTP, as handlers see it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace alluxio::http {

// Untrusted: the bytes are a stranger's, only decoded (%41, and '+' in the query).
struct Request {
  std::string method;  // "GET" (also for HEAD), "POST"
  std::string path;    // begins with '/'
  std::map<std::string, std::string, std::less<>> query;  // of a name given twice, the first value

  // The value of a query name; "" when it is not there.
  const std::string& Query(std::string_view name) const;
  // A decimal number at least 0 and at most `most`; `otherwise` when it is not there.
  // INVALID_ARGUMENT that names it.
  Result<int64_t> Number(std::string_view name, int64_t otherwise, int64_t most) const;
};

// A body that is not in memory. Called on the thread of the exchange, which may block.
struct Stream {
  int64_t length = 0;
  // Fills at most `limit` bytes from `offset`; 0 or an error cuts the connection, so that nobody
  // takes the beginning for the whole.
  std::function<Result<size_t>(int64_t offset, char* to, size_t limit)> read;
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  Stream stream;  // used when it has a `read`
  std::vector<std::pair<std::string, std::string>> headers;  // names and values of our own

  static Response Json(std::string text);
  static Response Text(int status, std::string text);
  // {"statusCode":"NOT_FOUND","message":...} with the HTTP status that fits the code.
  static Response Of(const Status& error);
};

// Thread-safe: called for many requests at a time, each on a thread that may block.
using Handler = std::function<Response(const Request& request)>;

}  // namespace alluxio::http
