#include "web/pages.h"

#include <fmt/format.h>

#include <span>

#include "base/crc32c.h"
#include "base/log.h"

namespace alluxio::web {
namespace {

constexpr size_t kMaxBytes = 16 * 1024 * 1024;
constexpr int kMaxDepth = 4;

std::string TypeOf(std::string_view name) {
  static constexpr std::pair<std::string_view, const char*> kTypes[] = {
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},   {".svg", "image/svg+xml"},
      {".png", "image/png"},                 {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},              {".json", "application/json"},
      {".txt", "text/plain; charset=utf-8"}, {".webmanifest", "application/manifest+json"}};
  for (const auto& [end, type] : kTypes) {
    if (name.ends_with(end)) return type;
  }
  return "application/octet-stream";
}

}  // namespace

Status Pages::Read(const std::string& folder, const std::string& below, int depth, Disk& disk) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, disk.List(folder + below));
  for (const std::string& name : names) {
    std::string path = below + "/" + name;
    ASSIGN_OR_RETURN(FileStat stat, disk.Stat(folder + path));
    if (stat.is_directory) {
      if (depth >= kMaxDepth) return OutOfRange(path + ": too deep");
      RETURN_IF_ERROR(Read(folder, path, depth + 1, disk));
      continue;
    }
    bytes_ += static_cast<size_t>(stat.length);
    if (bytes_ > kMaxBytes) return OutOfRange("more than 16 MiB of pages");
    ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, disk.OpenForRead(folder + path));
    File page;
    page.content.resize(static_cast<size_t>(stat.length));
    ASSIGN_OR_RETURN(size_t got, file->ReadAt(0, page.content));
    page.content.resize(got);
    page.type = TypeOf(name);
    page.tag = fmt::format("\"{:08x}-{:x}\"", Crc32c(page.content), got);
    page.named_by_hash = path.starts_with("/assets/");
    files_[path] = std::move(page);
  }
  return OkStatus();
}

Pages Pages::Load(const std::string& folder, Disk& disk) {
  std::string root = folder;
  while (root.size() > 1 && root.ends_with('/')) root.pop_back();
  Pages pages;
  Status read = pages.Read(root, "", 0, disk);
  if (read.ok() && pages.files_.count("/index.html") == 0) read = NotFound("no index.html");
  if (read.ok()) return pages;
  LOG_WARN("web: no pages folder={} error={}", root, read.message());
  return None("The pages are not installed in " + root +
              " (alluxio.web.resources). /metrics/prometheus, /metrics/json and /api work.");
}

Pages Pages::OfConf(const conf::Configuration& conf, Disk& disk) {
  if (!conf.GetBool("alluxio.web.ui.enabled")) {
    return None("The pages are switched off (alluxio.web.ui.enabled=false). "
                "/metrics/prometheus, /metrics/json and /api work.");
  }
  return Load(conf.GetString("alluxio.web.resources"), disk);
}

Pages Pages::None(std::string reason) {
  Pages pages;
  pages.absent_ = std::move(reason);
  return pages;
}

http::Response Pages::Handle(const http::Request& request) const {
  if (!absent_.empty()) return http::Response::Text(404, absent_ + "\n");
  auto found = files_.find(request.path);
  bool is_asset = request.path.starts_with("/assets/");
  if (found == files_.end() && is_asset) return http::Response::Text(404, "no such file\n");
  if (found == files_.end()) found = files_.find("/index.html");
  const File& file = found->second;
  http::Response response;
  response.type = file.type;
  response.body = file.content;
  response.headers.emplace_back("ETag", file.tag);
  response.headers.emplace_back("Cache-Control", file.named_by_hash
                                                     ? "public, max-age=31536000, immutable"
                                                     : "no-cache");
  return response;
}

}  // namespace alluxio::web
