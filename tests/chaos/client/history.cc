#include "tests/chaos/client/history.h"

#include <cinttypes>
#include <cstdlib>

#include "env/clock.h"

namespace alluxio::chaos {
namespace {

// What the end of a call says about its effect: "unknown" calls may take effect at any later time.
std::string ResultWord(const Status& status) {
  switch (status.code()) {
    case StatusCode::kOk: return "ok";
    case StatusCode::kNotFound: return "absent";
    case StatusCode::kAlreadyExists: return "exists";
    case StatusCode::kInvalidArgument:
    case StatusCode::kFailedPrecondition: return "invalid";
    default: return "unknown";
  }
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return quoted + "\"";
}

std::string Number(const char* name, int64_t value) {
  return "\"" + std::string(name) + "\":" + std::to_string(value) + ",";
}

std::string Entry(const FileInfo& info) {
  // The owner that a chaos client has set is "o<number>".
  const int64_t owner =
      info.owner.size() > 1 && info.owner[0] == 'o' ? std::atoll(info.owner.c_str() + 1) : 0;
  return "{" + Number("owner", owner) + Number("tag", info.folder ? 0 : info.block_size) +
         Number("id", info.id) + "\"folder\":" + (info.folder ? "true" : "false") +
         ",\"completed\":" + (info.completed ? "true" : "false") +
         ",\"name\":" + Quoted(info.name) + "}";
}

}  // namespace

int64_t NowNanos() { return Clock::Real().Monotonic().count(); }

History::History(const std::string& file) : file_(fopen(file.c_str(), "a")) {
  if (file_ == nullptr) {
    perror(file.c_str());
    exit(1);
  }
}

History::~History() { fclose(file_); }

void History::Add(const Call& call) {
  std::string line = "{" + Number("client", call.client) + Number("group", call.group) +
                     Number("arg", call.arg) + Number("call", call.begin) +
                     Number("return", call.end) + "\"op\":" + Quoted(call.op) +
                     ",\"path\":" + Quoted(call.path) + ",\"to\":" + Quoted(call.to) +
                     ",\"result\":" + Quoted(ResultWord(call.status));
  if (!call.status.ok()) line += ",\"status\":" + Quoted(call.status.ToString());
  line += ",\"seen\":[";
  for (size_t i = 0; i < call.seen.size(); ++i) line += (i == 0 ? "" : ",") + Entry(call.seen[i]);
  MutexLock lock(mutex_);
  fprintf(file_, "%s]}\n", line.c_str());
}

}  // namespace alluxio::chaos
