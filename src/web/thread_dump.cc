// The threads of this process by name and state: 2.9's page has Java stacks in their place.
#include "base/json_text.h"
#include "web/process_routes.h"

namespace alluxio::web {
namespace {

constexpr char kTasks[] = "/proc/self/task";

std::string FileText(Disk& disk, const std::string& path) {
  Result<std::unique_ptr<ReadableFile>> file = disk.OpenForRead(path);
  if (!file.ok()) return "";
  std::string text(512, '\0');
  Result<size_t> got = (*file)->ReadAt(0, text);
  text.resize(got.ok() ? *got : 0);
  return text;
}

}  // namespace

http::Response ThreadDump(const ProcessParts& parts) {
  Result<std::vector<std::string>> tasks = parts.disk->List(kTasks);
  if (!tasks.ok()) return http::Response::Of(tasks.status());
  JsonText json;
  json.BeginArray();
  for (const std::string& task : *tasks) {
    std::string stat = FileText(*parts.disk, std::string(kTasks) + "/" + task + "/stat");
    size_t open = stat.find('('), close = stat.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close + 2 >= stat.size()) {
      continue;  // it has ended meanwhile
    }
    json.BeginObject().Field("threadId", task).Field("threadName",
                                                     stat.substr(open + 1, close - open - 1));
    json.Field("threadState", std::string(1, stat[close + 2])).EndObject();
  }
  json.EndArray();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::web
