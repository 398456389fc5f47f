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
// Sorting by anything but the name looks at every entry of the folder.
constexpr size_t kMaxSorted = 1'000'000;
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

using Less = bool (*)(const FileInfo&, const FileInfo&);

// By name where the rest is equal, so that pages fit together.
template <auto Field>
bool ByField(const FileInfo& a, const FileInfo& b) {
  return a.*Field != b.*Field ? a.*Field < b.*Field : a.name < b.name;
}

Result<Less> OrderOf(const std::string& sort) {
  if (sort == "size") return &ByField<&FileInfo::length>;
  if (sort == "modified") return &ByField<&FileInfo::modification_time_ms>;
  if (sort == "cached") return &ByField<&FileInfo::in_alluxio_percentage>;
  return InvalidArgument("sort=" + sort + ": name, size, modified or cached is expected");
}

// The entries of the page, by name: asked for in the order in which they are kept.
Result<std::vector<FileInfo>> PageByName(const WebParts& parts, OpContext& context,
                                         const Wish& wish, int64_t total) {
  int64_t begin = wish.offset, end = std::min(total, wish.offset + wish.limit);
  if (wish.descending) {
    end = std::max<int64_t>(0, total - wish.offset);
    begin = std::max<int64_t>(0, end - wish.limit);
  }
  if (begin >= end) return std::vector<FileInfo>();
  ListPageOptions options;
  options.batch_size = static_cast<int32_t>(end - begin);
  options.offset_count = static_cast<int32_t>(begin);
  ASSIGN_OR_RETURN(ListPage page, parts.operations->ListStatusPartial(context, wish.path, options));
  if (wish.descending) std::reverse(page.entries.begin(), page.entries.end());
  return std::move(page.entries);
}

Result<std::vector<FileInfo>> PageByOrder(const WebParts& parts, OpContext& context,
                                          const Wish& wish, Less less) {
  std::vector<FileInfo> all;
  RETURN_IF_ERROR(parts.operations->ListStatus(
      context, wish.path, {}, [&](std::vector<FileInfo> batch) -> Status {
        if (all.size() + batch.size() > kMaxSorted) {
          return OutOfRange("the folder has too many entries to sort; sort it by name");
        }
        std::move(batch.begin(), batch.end(), std::back_inserter(all));
        return OkStatus();
      }));
  size_t begin = std::min(all.size(), static_cast<size_t>(wish.offset));
  size_t end = std::min(all.size(), begin + static_cast<size_t>(wish.limit));
  auto before = [&](const FileInfo& a, const FileInfo& b) {
    return wish.descending ? less(b, a) : less(a, b);
  };
  auto at = [&](size_t i) { return all.begin() + static_cast<std::ptrdiff_t>(i); };
  std::partial_sort(all.begin(), at(end), all.end(), before);
  return std::vector<FileInfo>(std::make_move_iterator(at(begin)),
                               std::make_move_iterator(at(end)));
}

Status WriteFolder(const WebParts& parts, OpContext& context, const Wish& wish,
                   const FileInfo& folder, JsonText* json) {
  std::vector<FileInfo> page;
  if (wish.sort == "name") {
    // Asking for the listing loads what the folder has in its under store; then the count is right.
    ListPageOptions first;
    first.batch_size = 1;
    RETURN_IF_ERROR(parts.operations->ListStatusPartial(context, wish.path, first).status());
    ASSIGN_OR_RETURN(FileInfo now, parts.operations->GetStatus(context, wish.path, {}));
    ASSIGN_OR_RETURN(page, PageByName(parts, context, wish, now.length));
    json->Field("ntotalFile", now.length);
  } else {
    ASSIGN_OR_RETURN(Less less, OrderOf(wish.sort));
    ASSIGN_OR_RETURN(page, PageByOrder(parts, context, wish, less));
    ASSIGN_OR_RETURN(FileInfo now, parts.operations->GetStatus(context, wish.path, {}));
    json->Field("ntotalFile", now.length);
  }
  json->Key("currentDirectory");
  WriteFile(folder, json);
  json->Key("fileInfos").BeginArray();
  for (const FileInfo& entry : page) WriteFile(entry, json);
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

Status WritePage(const WebParts& parts, const http::Request& request, JsonText* json) {
  ASSIGN_OR_RETURN(Wish wish, WishOf(request));
  OpContext context(VisitorContext(parts));
  RETURN_IF_ERROR(FindById(parts, context, &wish));
  GetStatusOptions look;
  look.update_timestamps = false;
  ASSIGN_OR_RETURN(FileInfo info, parts.operations->GetStatus(context, wish.path, look));
  json->Field("currentPath", wish.path);
  RETURN_IF_ERROR(WritePathInfos(parts, context, wish.path, json));
  RETURN_IF_ERROR(info.folder ? WriteFolder(parts, context, wish, info, json)
                              : WriteOneFile(parts, context, wish, info, json));
  return AwaitDurable(parts, context);
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
  Status written = WritePage(parts, request, &page);
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
