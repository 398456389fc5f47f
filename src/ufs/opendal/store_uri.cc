#include "ufs/opendal/store_uri.h"

#include <algorithm>
#include <cctype>

#include "ufs/ufs.h"

namespace alluxio::ufs {

Result<StoreUri> StoreUri::Parse(const std::string& uri) {
  size_t separator = uri.find("://");
  if (separator == 0 || separator == std::string::npos) {
    return InvalidArgument("\"" + uri + "\": not a URI");
  }
  StoreUri parsed;
  parsed.scheme = uri.substr(0, separator);
  std::transform(parsed.scheme.begin(), parsed.scheme.end(), parsed.scheme.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  size_t begin = separator + 3;
  size_t slash = std::min(uri.find('/', begin), uri.size());
  parsed.authority = uri.substr(begin, slash - begin);
  if (size_t at = parsed.authority.rfind('@'); at != std::string::npos) {
    parsed.user = parsed.authority.substr(0, at);
    parsed.authority.erase(0, at + 1);
  }
  // Repeated slashes are one, as in the paths of Alluxio.
  while (slash < uri.size()) {
    size_t end = std::min(uri.find('/', slash + 1), uri.size());
    if (end > slash + 1) parsed.path = JoinKey(parsed.path, uri.substr(slash + 1, end - slash - 1));
    slash = end;
  }
  RETURN_IF_ERROR(CheckKey(parsed.path).WithContext("\"" + uri + "\""));
  return parsed;
}

std::string StoreUri::Text() const {
  std::string text = scheme + "://" + (user.empty() ? "" : user + "@") + authority;
  return path.empty() ? text : text + "/" + path;
}

}  // namespace alluxio::ufs
