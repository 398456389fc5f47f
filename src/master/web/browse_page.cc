// webui_browse: a page of a folder, sorted here, or a file with its blocks and the start of its
// text. Errors come in fields, with HTTP 200, as 2.9's pages expect them.
#include <algorithm>

#include "base/json_text.h"
#include "conf/configuration.h"
#include "master/web/file_preview.h"
#include "master/web/page_texts.h"
#include "master/web/web_parts.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

constexpr int64_t kDefaultLimit = 20;
constexpr int64_t kMaxLimit = 1000;
constexpr size_t kPreviewBytes = 5 * 1024;

struct Wish {
  std::string path;  // empty: whatever has the id
  InodeId id = kNoInode;
  int64_t offset = 0;
  int64_t limit = kDefaultLimit;
  std::string sort = "name";
  bool descending = false;
};

Result<Wish> WishOf(const http::Request& request) {
  Wish wish;
  const std::string& path = request.Query("path");
  if (path.empty() && !request.Query("id").empty()) {
    ASSIGN_OR_RETURN(wish.id, request.Number("id", kNoInode, INT64_MAX));
  } else {
    ASSIGN_OR_RETURN(wish.path, CleanPath(path.empty() ? "/" : path));
  }
  ASSIGN_OR_RETURN(wish.offset, request.Number("offset", 0, INT64_MAX / 2));
  ASSIGN_OR_RETURN(wish.limit, request.Number("limit", kDefaultLimit, kMaxLimit));
  if (!request.Query("sort").empty()) wish.sort = request.Query("sort");
  wish.descending = request.Query("order") == "desc";
  return wish;
}

Result<SortBy> OrderOf(const std::string& sort) {
  if (sort == "name") return SortBy::kName;
  if (sort == "size") return SortBy::kSize;
  if (sort == "modified") return SortBy::kModified;
  if (sort == "cached") return SortBy::kCached;
  return InvalidArgument("sort=" + sort + ": name, size, modified or cached is expected");
}

Status WriteFolder(const WebParts& parts, OpContext& context, const Wish& wish,
                   const FileInfo& folder, JsonText* json) {
  SortedPageOptions options{
      .descending = wish.descending, .offset = wish.offset, .limit = wish.limit};
  ASSIGN_OR_RETURN(options.by, OrderOf(wish.sort));
  ASSIGN_OR_RETURN(ListPage page, parts.operations->ListSorted(context, wish.path, options));
  json->Field("ntotalFile", page.file_count);
  json->Key("currentDirectory");
  WriteFile(folder, json);
  json->Key("fileInfos").BeginArray();
  for (const FileInfo& entry : page.entries) WriteFile(entry, json);
  json->EndArray();
  return OkStatus();
}

void WriteBlocks(const FileInfo& file, JsonText* json) {
  json->Key("fileBlocks").BeginArray();
  for (const FileBlockInfo& block : file.blocks) {
    json->BeginObject().Field("id", std::to_string(block.block.id));
    json->Field("blockLength", block.block.length).Field("offset", block.offset);
    json->Key("locations").BeginArray();
    for (const BlockLocation& at : block.block.locations) {
      json->String(at.address.host);
    }
    json->EndArray().Key("hosts").BeginArray();
    for (const BlockLocation& at : block.block.locations) {
      json->BeginObject().Field("host", at.address.host).Field("webPort", at.address.web_port);
      json->Field("tier", at.tier_alias).EndObject();
    }
    json->EndArray().EndObject();
  }
  json->EndArray();
}

Status WriteOneFile(const WebParts& parts, OpContext& context, const Wish& wish,
                    const FileInfo& file, JsonText* json) {
  json->Key("currentDirectory");
  WriteFile(file, json);
  json->Field("ntotalFile", int64_t{0}).Field("blockSizeBytes", file.block_size);
  json->Key("fileInfos").BeginArray().EndArray();
  WriteBlocks(file, json);
  json->Field("viewingOffset", std::min(wish.offset, file.length));
  if (!parts.conf->GetBool("alluxio.web.file.info.enabled")) {
    return json->Field("fileData", "").Field("previewError", "alluxio.web.file.info.enabled=false"),
           OkStatus();
  }
  RETURN_IF_ERROR(parts.operations->CheckAccess(context, wish.path, Bits::kRead));
  std::string text;
  Status read = parts.preview->Read(wish.path, std::min(wish.offset, file.length), kPreviewBytes,
                                    &text);
  json->Field("fileData", text).Field("previewError", read.message());
  return OkStatus();
}

Status WritePathInfos(const WebParts& parts, OpContext& context, const std::string& path,
                      JsonText* json) {
  json->Key("pathInfos").BeginArray();
  for (size_t slash = 0; path != "/" && slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    std::string ancestor = slash == 0 ? "/" : path.substr(0, slash);
    ASSIGN_OR_RETURN(FileInfo info, parts.operations->GetStatus(context, ancestor, {}));
    WriteFile(info, json);
  }
  json->EndArray();
  return OkStatus();
}

// Who may not see the file does not hear its path from its id either.
Status FindById(const WebParts& parts, OpContext& context, Wish* wish) {
  if (!wish->path.empty()) return OkStatus();
  ASSIGN_OR_RETURN(wish->path, parts.operations->GetFilePath(context, wish->id));
  GetStatusOptions look;
  look.update_timestamps = false;
  Status seen = parts.operations->GetStatus(context, wish->path, look).status();
  if (!seen.Is(StatusCode::kPermissionDenied)) return seen;
  return PermissionDenied("The file with id " + std::to_string(wish->id) +
                          " is in a folder that visitors may not see");
}

Status WritePage(const WebParts& parts, const http::Request& request, OpContext& context,
                 JsonText* json) {
  ASSIGN_OR_RETURN(Wish wish, WishOf(request));
  RETURN_IF_ERROR(FindById(parts, context, &wish));
  GetStatusOptions look;
  look.update_timestamps = false;
  ASSIGN_OR_RETURN(FileInfo info, parts.operations->GetStatus(context, wish.path, look));
  json->Field("currentPath", wish.path);
  RETURN_IF_ERROR(WritePathInfos(parts, context, wish.path, json));
  return info.folder ? WriteFolder(parts, context, wish, info, json)
                     : WriteOneFile(parts, context, wish, info, json);
}

const char* FieldOf(StatusCode code) {
  switch (code) {
    case StatusCode::kNotFound: return "fileDoesNotExistException";
    case StatusCode::kPermissionDenied: return "accessControlException";
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange: return "invalidPathError";
    default: return "fatalError";
  }
}

}  // namespace

http::Response BrowsePage(const WebParts& parts, const http::Request& request) {
  auto begin = [&](JsonText* json) {
    json->BeginObject().Field("debug", false).Field("showPermissions", parts.permissions);
    json->Field("masterNodeAddress", parts.host + ":" + std::to_string(parts.rpc_port));
  };
  JsonText page;
  begin(&page);
  OpContext context(VisitorContext(parts));
  Status written =
      AwaitDurable(parts, context, WritePage(parts, request, context, &page));
  if (written.ok()) {
    for (const char* field : {"invalidPathError", "fileDoesNotExistException",
                              "accessControlException", "fatalError"}) {
      page.Field(field, "");
    }
    page.EndObject();
    return http::Response::Json(page.text());
  }
  JsonText failed;
  begin(&failed);
  failed.Field("currentPath", request.Query("path"));
  failed.Field(FieldOf(written.code()), written.message()).EndObject();
  return http::Response::Json(failed.text());
}

}  // namespace alluxio::master
