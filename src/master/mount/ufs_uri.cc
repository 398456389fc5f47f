#include "master/mount/ufs_uri.h"

#include "model/path.h"

namespace alluxio::master {

Result<UfsUri> UfsUri::Parse(std::string_view text) {
  UfsUri uri;
  std::string_view path = text;
  size_t scheme = text.find("://");
  if (scheme != std::string_view::npos && scheme > 0) {
    size_t slash = text.find('/', scheme + 3);
    if (slash == std::string_view::npos) slash = text.size();
    if (text.substr(0, scheme) != "file") uri.root = std::string(text.substr(0, slash));
    path = text.substr(slash);
    if (path.empty()) path = "/";
  } else if (text.starts_with("file:/")) {
    path = text.substr(5);
  }
  auto clean = CleanPath(path);
  if (!clean.ok()) {
    return InvalidArgument("under-store address \"" + std::string(text) +
                           "\": " + clean.status().message());
  }
  uri.path = *clean;
  return uri;
}

bool UfsUri::IsSameOrBelow(const UfsUri& other) const {
  return root == other.root && alluxio::IsSameOrBelow(path, other.path);
}

std::string UfsUri::KeyBelow(const UfsUri& base) const {
  std::string_view rest = std::string_view(path).substr(base.path.size());
  if (rest.starts_with('/')) rest.remove_prefix(1);
  return std::string(rest);
}

std::string UfsUri::Text() const { return root + path; }

std::string UfsUri::StoreText() const { return root + "/"; }

bool TakesNoWrites(std::string_view uri) {
  return uri.starts_with("http://") || uri.starts_with("https://");
}

}  // namespace alluxio::master
