#include "model/path.h"

namespace alluxio {
namespace {

constexpr std::string_view kScheme = "alluxio://";

std::string_view WithoutAuthority(std::string_view text) {
  if (!text.starts_with(kScheme)) return text;
  text.remove_prefix(kScheme.size());
  size_t slash = text.find('/');
  return slash == std::string_view::npos ? std::string_view("/") : text.substr(slash);
}

// The text as it may be shown in an error: bounded and without NUL.
std::string Shown(std::string_view text) {
  std::string shown(text.substr(0, 256));
  for (char& c : shown) {
    if (c == '\0') c = '?';
  }
  return text.size() > 256 ? shown + "..." : shown;
}

}  // namespace

Result<std::string> CleanPath(std::string_view text) {
  auto invalid = [&](std::string_view why) {
    std::string reason = why.empty() ? "." : ": " + std::string(why);
    return InvalidArgument("Path \"" + Shown(text) + "\" is invalid" + reason);
  };
  if (text.size() > kMaxPathBytes) return invalid("longer than 65536 bytes");
  std::string_view rest = WithoutAuthority(text);
  if (rest.empty() || rest.front() != '/') return invalid("");
  if (rest.find('\0') != std::string_view::npos) return invalid("it contains a NUL byte");
  size_t depth = 0;
  size_t kept = 0;  // bytes of the names and a '/' before each
  for (size_t begin = 1; begin <= rest.size();) {
    size_t end = rest.find('/', begin);
    if (end == std::string_view::npos) end = rest.size();
    std::string_view name = rest.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty()) continue;
    if (name == "." || name == "..") return invalid("components . and .. are not allowed");
    if (name.size() > kMaxNameBytes) return invalid("a component is longer than 4096 bytes");
    if (++depth > kMaxPathDepth) return invalid("deeper than 1024 levels");
    kept += 1 + name.size();
  }
  if (kept == 0) return std::string("/");
  if (kept == rest.size()) return std::string(rest);  // as nearly all are
  std::string clean;
  clean.reserve(kept);
  for (std::string_view name : PathComponents(rest)) {
    if (name.empty()) continue;
    clean += '/';
    clean += name;
  }
  return clean;
}

std::vector<std::string_view> PathComponents(std::string_view path) {
  std::vector<std::string_view> names;
  for (size_t begin = 1; begin < path.size();) {
    size_t end = path.find('/', begin);
    if (end == std::string_view::npos) end = path.size();
    names.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

std::string_view BaseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view ParentPath(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? std::string_view("/")
                                                       : path.substr(0, slash);
}

std::string JoinPath(std::string_view parent, std::string_view name) {
  std::string path(parent);
  if (path.empty() || path.back() != '/') path += '/';
  return path.append(name);
}

bool IsSameOrBelow(std::string_view path, std::string_view ancestor) {
  if (ancestor == "/") return true;
  return path.starts_with(ancestor) &&
         (path.size() == ancestor.size() || path[ancestor.size()] == '/');
}

}  // namespace alluxio
