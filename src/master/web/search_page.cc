// webui_search: what has a text in its path, below a folder. Ours alone: 2.9's pages cannot search.
#include <algorithm>

#include "base/json_text.h"
#include "master/web/page_texts.h"
#include "master/web/found_page.h"
#include "master/web/web_parts.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

constexpr int64_t kDefaultLimit = 20;
constexpr int64_t kMaxLimit = 1000;
constexpr size_t kMaxText = 1024;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool SameLetter(char a, char b) { return Lower(a) == Lower(b); }

struct Search {
  std::string path;
  std::string text;
  FoundPage page;
};

Result<Search> SearchOf(const http::Request& request) {
  Search search;
  const std::string& path = request.Query("path");
  ASSIGN_OR_RETURN(search.path, CleanPath(path.empty() ? "/" : path));
  search.text = request.Query("text");
  if (search.text.empty()) return InvalidArgument("text= is missing: what to look for");
  if (search.text.size() > kMaxText) {
    return InvalidArgument("text= has more than " + std::to_string(kMaxText) + " bytes");
  }
  ASSIGN_OR_RETURN(search.page.offset, request.Number("offset", 0, INT64_MAX / 2));
  ASSIGN_OR_RETURN(search.page.limit, request.Number("limit", kDefaultLimit, kMaxLimit));
  return search;
}

// Only letters of ASCII have two forms here.
Status Find(const WebParts& parts, Search* search) {
  OpContext context(VisitorContext(parts));
  size_t folder = search->path == "/" ? 0 : search->path.size();
  auto has_text = [&](const FileInfo& file) {
    auto from = file.path.begin() + static_cast<std::ptrdiff_t>(std::min(folder, file.path.size()));
    return std::search(from, file.path.end(), search->text.begin(), search->text.end(),
                       &SameLetter) != file.path.end();
  };
  RETURN_IF_ERROR(WalkTree(parts, context, search->path, has_text, &search->page));
  return AwaitDurable(parts, context);
}

}  // namespace

http::Response SearchPage(const WebParts& parts, const http::Request& request) {
  Result<Search> search = SearchOf(request);
  if (!search.ok()) return http::Response::Of(search.status());
  Status found = Find(parts, &*search);
  if (!found.ok()) return http::Response::Of(found);
  JsonText json;
  json.BeginObject().Field("currentPath", search->path).Field("text", search->text);
  json.Field("ntotalFile", search->page.found).Field("scannedAll", search->page.scanned_all);
  json.Field("showPermissions", parts.permissions).Key("fileInfos").BeginArray();
  for (const FileInfo& file : search->page.entries) WriteFile(file, &json);
  json.EndArray().EndObject();
  return http::Response::Json(json.text());
}

}  // namespace alluxio::master
