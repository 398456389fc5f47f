#include "ufs/all/all_adapters.h"

#include <algorithm>
#include <map>
#include <utility>

#include "conf/key.h"
#include "ufs/local/local_ufs.h"
#include "ufs/opendal/opendal_ufs.h"

namespace alluxio::ufs {
namespace {

// Schemes that Alluxio 2.9 has an adapter for and this build has not.
constexpr std::string_view kKnownElsewhere[] = {"adl",  "alluxio", "cephfs", "glusterfs", "kodo",
                                                "o3fs", "ofs",     "oci",    "viewfs"};

std::string Supported() {
  std::string names = "file (or a plain absolute path)";
  for (const std::string& scheme : OpendalUfs::Schemes()) names += ", " + scheme;
  return names;
}

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
  explicit SchemeTable(std::map<std::string, std::string> site) : site_(std::move(site)) {}

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
    if (OpendalUfs::Serves(scheme)) return OpenRemote(uri, options);
    if (scheme != "file") return Unknown(uri, scheme);
    std::string rest = uri.substr(separator + 3);
    if (rest.empty() || rest.front() != '/') {
      return InvalidArgument("\"" + uri + "\": file URIs have no host, write file:///path");
    }
    return OpenLocal(uri, rest, options);
  }

 private:
  static Status Unknown(const std::string& uri, const std::string& scheme) {
    bool known = std::find(std::begin(kKnownElsewhere), std::end(kKnownElsewhere), scheme) !=
                 std::end(kKnownElsewhere);
    return InvalidArgument("No Under File System Factory found for: " + uri + " (scheme \"" +
                           scheme + (known ? "\" is not available in this release" : "\"") +
                           "; supported: " + Supported() + ")");
  }

  Result<std::shared_ptr<Ufs>> OpenRemote(const std::string& uri,
                                          const UfsOpenOptions& options) const {
    UfsOpenOptions merged = options;
    merged.properties.clear();
    for (const auto& [name, value] : options.properties) {
      merged.properties[std::string(conf::CanonicalName(name))] = value;
    }
    merged.properties.insert(site_.begin(), site_.end());  // what is there already stays
    return OpendalUfs::Open(uri, merged);
  }

  static Result<std::shared_ptr<Ufs>> OpenLocal(const std::string& uri, std::string_view path,
                                                const UfsOpenOptions& options) {
    ASSIGN_OR_RETURN(std::string folder, CleanFolder(uri, path));
    return LocalUfs::Open(folder, {.read_only = options.read_only});
  }

  const std::map<std::string, std::string> site_;
};

}  // namespace

std::unique_ptr<UfsFactory> AllAdapters::Create(const conf::Configuration& conf) {
  std::map<std::string, std::string> site;
  // Entries() masks secrets, Find() does not.
  for (const conf::Entry& entry : conf.Entries()) {
    site[entry.name] = conf.Find(entry.name).value_or("");
  }
  return std::make_unique<SchemeTable>(std::move(site));
}

std::unique_ptr<UfsFactory> AllAdapters::Create() {
  return std::make_unique<SchemeTable>(std::map<std::string, std::string>());
}

}  // namespace alluxio::ufs
