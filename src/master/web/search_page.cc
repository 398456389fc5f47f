// webui_search: what has a text in its path, below a folder. Ours alone: 2.9's pages cannot search.
#include "base/json_text.h"
#include "master/web/page_texts.h"
#include "master/web/web_parts.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

constexpr int64_t kDefaultLimit = 20;
constexpr int64_t kMaxLimit = 1000;
constexpr size_t kMaxText = 1024;

struct Search {
  std::string path;
  FindOptions find;
  FindPage page;
};

Result<Search> SearchOf(const http::Request& request) {
  Search search;
  const std::string& path = request.Query("path");
  ASSIGN_OR_RETURN(search.path, CleanPath(path.empty() ? "/" : path));
  search.find.text = request.Query("text");
  if (search.find.text.empty()) return InvalidArgument("text= is missing: what to look for");
  if (search.find.text.size() > kMaxText) {
    return InvalidArgument("text= has more than " + std::to_string(kMaxText) + " bytes");
  }
  ASSIGN_OR_RETURN(search.find.offset, request.Number("offset", 0, INT64_MAX / 2));
  ASSIGN_OR_RETURN(search.find.limit, request.Number("limit", kDefaultLimit, kMaxLimit));
  return search;
}

// Which bound ended it, for the page to say.
std::string_view CutBy(FindEnd end) {
  switch (end) {
    case FindEnd::kAll: return "";
    case FindEnd::kFound: return "found";
    case FindEnd::kVisited: return "visited";
    case FindEnd::kTime: return "time";
  }
  return "";
}

Status Find(const WebParts& parts, Search* search) {
  OpContext context(VisitorContext(parts));
  Result<FindPage> page = parts.operations->Find(context, search->path, search->find);
  RETURN_IF_ERROR(AwaitDurable(parts, context, page.status()));
  search->page = *std::move(page);
  return OkStatus();
}

}  // namespace

http::Response SearchPage(const WebParts& parts, const http::Request& request) {
  Result<Search> search = SearchOf(request);
  if (!search.ok()) return http::Response::Of(search.status());
  Status found = Find(parts, &*search);
  if (!found.ok()) return http::Response::Of(found);
  JsonText json;
  json.BeginObject().Field("currentPath", search->path).Field("text", search->find.text);
  json.Field("ntotalFile", search->page.found).Field("visited", search->page.visited);
  json.Field("scannedAll", search->page.end == FindEnd::kAll);
  json.Field("cutBy", CutBy(search->page.end));
  json.Field("showPermissions", parts.permissions).Key("fileInfos").BeginArray();
  for (const FileInfo& file : search->page.entries) WriteFile(file, &json);
  json.EndArray().EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::master
