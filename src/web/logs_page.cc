// The log files of this host: list, a piece of one, search. Files directly in alluxio.logs.dir
// only: a name is looked up in the list, never joined to a path unseen.
#include <algorithm>
#include <cstring>

#include "base/json_text.h"
#include "base/text_forms.h"
#include "web/process_routes.h"

namespace alluxio::web {
namespace {

constexpr int64_t kMaxPiece = 64 * 1024;
constexpr int64_t kMaxSearched = 64 * 1024 * 1024;
constexpr int64_t kSearchPiece = 1024 * 1024;
constexpr size_t kMaxMatches = 200;
constexpr size_t kMaxLine = 1000;
constexpr size_t kMaxFiles = 2000;
constexpr char kDatePattern[] = "MM-dd-yyyy HH:mm:ss:SSS";

struct LogFile {
  std::string name;
  FileStat stat;
};

bool IsLogName(const std::string& name) {
  return name.find(".log") != std::string::npos || name.ends_with(".out");
}

Result<std::vector<LogFile>> Files(const ProcessParts& parts, const std::string& folder) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, parts.disk->List(folder));
  std::sort(names.begin(), names.end());
  std::vector<LogFile> files;
  for (const std::string& name : names) {
    if (!IsLogName(name) || files.size() >= kMaxFiles) continue;
    Result<FileStat> stat = parts.disk->Stat(folder + "/" + name);
    if (stat.ok() && !stat->is_directory) files.push_back({name, *stat});
  }
  return files;
}

http::Response List(const std::vector<LogFile>& files, const http::Request& request) {
  Result<int64_t> offset = request.Number("offset", 0, INT32_MAX);
  Result<int64_t> limit = request.Number("limit", 1000, 1000);
  if (!offset.ok()) return http::Response::Of(offset.status());
  if (!limit.ok()) return http::Response::Of(limit.status());
  size_t begin = std::min(files.size(), static_cast<size_t>(*offset));
  size_t end = std::min(files.size(), begin + static_cast<size_t>(*limit));
  JsonText json;
  json.BeginObject().Field("debug", false).Field("ntotalFile", files.size());
  json.Field("currentPath", "").Field("fatalError", "").Field("invalidPathError", "");
  json.Key("fileInfos").BeginArray();
  for (size_t i = begin; i < end; ++i) {
    json.BeginObject().Field("name", files[i].name).Field("isDirectory", false);
    json.Field("size", SizeText(files[i].stat.length)).Field("sizeBytes", files[i].stat.length);
    json.Field("modificationTime", DateText(files[i].stat.modified_ms, kDatePattern));
    json.Field("modificationTimeMs", files[i].stat.modified_ms).EndObject();
  }
  json.EndArray().EndObject();
  return http::Response::Json(json.text());
}

// From the end towards the beginning, so that the newest lines are found first.
class Search {
 public:
  Search(ReadableFile& file, int64_t length, std::string_view wanted)
      : file_(file), end_(length), wanted_(wanted) {}

  Status Run() {
    std::string piece;
    while (end_ > 0 && searched_ < kMaxSearched && matches_.size() < kMaxMatches) {
      int64_t begin = std::max<int64_t>(0, end_ - kSearchPiece);
      piece.resize(static_cast<size_t>(end_ - begin));
      ASSIGN_OR_RETURN(size_t got, file_.ReadAt(begin, piece));
      piece.resize(got);
      searched_ += static_cast<int64_t>(got);
      // A line that begins before this piece belongs to the one before, unless it fills this one.
      size_t first = begin == 0 ? 0 : piece.find('\n') + 1;
      if (begin > 0 && first == 0) first = 0;
      FindIn(std::string_view(piece).substr(first), begin + static_cast<int64_t>(first));
      end_ = first == 0 ? begin : begin + static_cast<int64_t>(first);
    }
    return OkStatus();
  }

  void Write(JsonText* json) const {
    json->Key("matches").BeginArray();
    for (const Match& match : matches_) {
      json->BeginObject().Field("offset", match.offset).Field("line", match.line).EndObject();
    }
    json->EndArray().Field("searchedBytes", searched_);
    json->Field("searchedAll", end_ == 0 && matches_.size() < kMaxMatches);
  }

 private:
  struct Match {
    int64_t offset;
    std::string line;
  };

  void FindIn(std::string_view text, int64_t at) {
    size_t end = text.size();
    while (end > 0 && matches_.size() < kMaxMatches) {
      if (text[end - 1] == '\n') {
        --end;
        continue;
      }
      size_t newline = text.rfind('\n', end - 1);
      size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
      std::string_view line = text.substr(begin, end - begin);
      if (line.find(wanted_) != std::string_view::npos) {
        matches_.push_back(
            {at + static_cast<int64_t>(begin), std::string(line.substr(0, kMaxLine))});
      }
      end = begin;
    }
  }

  ReadableFile& file_;
  int64_t end_;
  const std::string_view wanted_;
  int64_t searched_ = 0;
  std::vector<Match> matches_;
};

Result<std::string> Show(const ProcessParts& parts, const std::string& folder, const LogFile& log,
                         const http::Request& request) {
  ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file,
                   parts.disk->OpenForRead(folder + "/" + log.name));
  ASSIGN_OR_RETURN(int64_t length, file->Length());
  ASSIGN_OR_RETURN(int64_t offset, request.Number("offset", 0, INT64_MAX));
  ASSIGN_OR_RETURN(int64_t limit, request.Number("limit", kMaxPiece, INT32_MAX));
  limit = std::min(limit, kMaxPiece);
  bool from_end = !request.Query("end").empty();
  offset = from_end ? std::max<int64_t>(0, length - std::max(offset, limit)) : offset;
  offset = std::min(offset, length);
  std::string text(static_cast<size_t>(std::min(limit, length - offset)), '\0');
  ASSIGN_OR_RETURN(size_t got, file->ReadAt(offset, text));
  text.resize(got);
  JsonText json;
  json.BeginObject().Field("debug", false).Field("currentPath", log.name);
  json.Field("fileData", text).Field("viewingOffset", offset).Field("fileSize", length);
  json.Field("fatalError", "").Field("invalidPathError", "");
  if (const std::string& wanted = request.Query("search"); !wanted.empty()) {
    Search search(*file, length, wanted);
    RETURN_IF_ERROR(search.Run());
    search.Write(&json);
  }
  json.EndObject();
  return json.text();
}

}  // namespace

http::Response LogsPage(const ProcessParts& parts, const http::Request& request) {
  std::string folder = parts.conf->GetString("alluxio.logs.dir");
  Result<std::vector<LogFile>> files = Files(parts, folder);
  if (!files.ok()) return http::Response::Of(files.status().WithContext(folder));
  std::string name = request.Query("path");
  while (name.starts_with('/')) name.erase(0, 1);
  if (name.empty()) return List(*files, request);
  auto found = std::find_if(files->begin(), files->end(),
                            [&](const LogFile& file) { return file.name == name; });
  if (found == files->end()) {
    JsonText json;
    json.BeginObject().Field("debug", false).Field("currentPath", name).Field("fileData", "");
    json.Field("viewingOffset", 0).Field("fileSize", 0).Field("fatalError", "");
    json.Field("invalidPathError", "there is no log file " + name).EndObject();
    return http::Response::Json(json.text());
  }
  Result<std::string> shown = Show(parts, folder, *found, request);
  return shown.ok() ? http::Response::Json(*std::move(shown)) : http::Response::Of(shown.status());
}

}  // namespace alluxio::web
