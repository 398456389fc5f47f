#include "ufs/all/all_adapters.h"

#include <algorithm>

#include "ufs/local/local_ufs.h"

namespace alluxio::ufs {
namespace {

constexpr std::string_view kSupported = "file (or a plain absolute path)";

// Removes repeated and trailing slashes: "//a//b/" is "/a/b". Refuses "." and "..".
Result<std::string> CleanFolder(const std::string& uri, std::string_view path) {
  if (path.empty() || path.front() != '/') {
    return InvalidArgument("\"" + uri + "\": the path of an under store must be absolute");
  }
  std::string clean;
  size_t begin = 0;
  while (begin < path.size()) {
    size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) clean += "/" + std::string(path.substr(begin, end - begin));
    begin = end + 1;
  }
  if (clean.empty()) return std::string("/");
  RETURN_IF_ERROR(CheckKey(clean.substr(1)).WithContext("\"" + uri + "\""));
  return clean;
}

class SchemeTable final : public UfsFactory {
 public:
  Result<std::shared_ptr<Ufs>> Open(const std::string& uri,
                                    const UfsOpenOptions& options) override {
    size_t separator = uri.find("://");
    if (separator == std::string::npos) {
      if (!uri.empty() && uri.front() == '/') return OpenLocal(uri, uri, options);
      // "file:/data" is how some libraries print local paths.
      if (uri.rfind("file:/", 0) == 0) return OpenLocal(uri, uri.substr(5), options);
      return Unknown(uri, uri.substr(0, uri.find(':')));
    }
    std::string scheme = uri.substr(0, separator);
    if (scheme != "file") return Unknown(uri, scheme);
    std::string rest = uri.substr(separator + 3);
    if (rest.empty() || rest.front() != '/') {
      return InvalidArgument("\"" + uri + "\": file URIs have no host, write file:///path");
    }
    return OpenLocal(uri, rest, options);
  }

 private:
  static Status Unknown(const std::string& uri, const std::string& scheme) {
    return InvalidArgument("No Under File System Factory found for: " + uri + " (scheme \"" +
                           scheme + "\"; supported: " + std::string(kSupported) + ")");
  }

  static Result<std::shared_ptr<Ufs>> OpenLocal(const std::string& uri, std::string_view path,
                                                const UfsOpenOptions& options) {
    ASSIGN_OR_RETURN(std::string folder, CleanFolder(uri, path));
    return LocalUfs::Open(folder, {.read_only = options.read_only});
  }
};

}  // namespace

std::unique_ptr<UfsFactory> AllAdapters::Create() { return std::make_unique<SchemeTable>(); }

}  // namespace alluxio::ufs
