// Source: where the value of a property came from. A higher kind wins over a lower one.
#pragma once

#include <string>

namespace alluxio::conf {

enum class SourceKind {
  kUnset = 0,
  kDefault = 1,          // the table in conf/keys
  kClusterDefault = 2,   // taken from the master
  kSiteProperty = 3,     // alluxio-site.properties
  kSystemProperty = 4,   // -Dkey=value or an ALLUXIO_* variable
  kPathDefault = 5,      // set on the master for paths below some prefix
  kRuntime = 6,          // set by code
};

struct Source {
  SourceKind kind = SourceKind::kUnset;
  std::string file;  // for kSiteProperty
  int line = 0;      // for kSiteProperty, counted from 1

  // As Alluxio prints it: "DEFAULT", "SITE_PROPERTY (/opt/alluxio/conf/alluxio-site.properties)".
  std::string ToString() const;
};

}  // namespace alluxio::conf
