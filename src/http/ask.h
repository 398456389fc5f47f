// Ask: one request to a web port and its answer. Blocks; thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/duration.h"
#include "base/result.h"

namespace alluxio::http {

struct Question {
  std::string host;
  int port = 0;
  std::string method = "GET";
  std::string target;  // path and query, encoded
  Duration patience = std::chrono::seconds(5);  // for all of it
  size_t body_bytes = 64 * 1024 * 1024;         // an answer beyond is RESOURCE_EXHAUSTED
};

struct Answer {
  int status = 0;  // 200 ...
  std::string body;
};

// An answer of any status. DATA_LOSS for one that is no HTTP or ends early; errors name host, port.
Result<Answer> Ask(const Question& question);

// A value for a query: what is no letter, digit or one of "-._~" comes as %41.
std::string QueryValue(std::string_view text);

}  // namespace alluxio::http
