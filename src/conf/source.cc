#include "conf/source.h"

namespace alluxio::conf {

std::string Source::ToString() const {
  switch (kind) {
    case SourceKind::kUnset: return "UNKNOWN";
    case SourceKind::kDefault: return "DEFAULT";
    case SourceKind::kClusterDefault: return "CLUSTER_DEFAULT";
    case SourceKind::kSiteProperty: return "SITE_PROPERTY (" + file + ")";
    case SourceKind::kSystemProperty: return "SYSTEM_PROPERTY";
    case SourceKind::kPathDefault: return "PATH_DEFAULT";
    case SourceKind::kRuntime: return "RUNTIME";
  }
  return "UNKNOWN";
}

}  // namespace alluxio::conf
