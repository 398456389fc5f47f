// download: a file as it is, streamed.
#include "base/json_text.h"
#include "master/web/file_preview.h"
#include "master/web/web_parts.h"
#include "model/path.h"

namespace alluxio::master {
namespace {

// A name that is safe between quotes in a header; the rest of it travels in UTF-8 form (RFC 6266).
std::string Disposition(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1), plain, encoded;
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (char c : name) {
    auto byte = static_cast<unsigned char>(c);
    bool safe = std::isalnum(byte) != 0 || c == '.' || c == '-' || c == '_';
    plain += safe ? c : '_';
    if (safe) {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

Status CheckFile(const WebParts& parts, OpContext& context, const std::string& path) {
  ASSIGN_OR_RETURN(FileInfo file, parts.operations->GetStatus(context, path, {}));
  if (file.folder) return InvalidArgument(path + " is a directory");
  if (!file.completed) return FailedPrecondition(path + " is still being written");
  return parts.operations->CheckAccess(context, path, Bits::kRead);
}

Result<http::Response> Download(const WebParts& parts, const http::Request& request) {
  ASSIGN_OR_RETURN(std::string path, CleanPath(request.Query("path")));
  OpContext context(VisitorContext(parts));
  RETURN_IF_ERROR(AwaitDurable(parts, context, CheckFile(parts, context, path)));
  ASSIGN_OR_RETURN(std::shared_ptr<client::FileInStream> opened, parts.preview->Open(path));
  http::Response response;
  // Never a type that a browser would run.
  response.type = "application/octet-stream";
  response.headers.emplace_back("Content-Disposition", Disposition(path));
  if (opened->Length() == 0) return response;
  response.stream.length = opened->Length();
  response.stream.read = [opened](int64_t, char* to, size_t limit) {
    return opened->Read(std::span<char>(to, limit));
  };
  return response;
}

}  // namespace

http::Response DownloadPage(const WebParts& parts, const http::Request& request) {
  Result<http::Response> response = Download(parts, request);
  return response.ok() ? *std::move(response) : http::Response::Of(response.status());
}

}  // namespace alluxio::master
