// Pages: the files of the web application, read once and served from memory.
//
// A path without a file gets index.html, because the application has paths of its own. Immutable
// after Load, so thread-safe.
#pragma once

#include <map>
#include <string>

#include "conf/configuration.h"
#include "env/disk.h"
#include "http/request.h"

namespace alluxio::web {

class Pages {
 public:
  // Reads everything below `folder`. What is not there or too large is told in the log and on the
  // page itself: JSON and metrics work without the pages.
  static Pages Load(const std::string& folder, Disk& disk);
  // alluxio.web.resources, or None() with alluxio.web.ui.enabled=false.
  static Pages OfConf(const conf::Configuration& conf, Disk& disk);
  // Without pages, for the reason given (alluxio.web.ui.enabled=false).
  static Pages None(std::string reason);

  http::Response Handle(const http::Request& request) const;

 private:
  struct File {
    std::string content;
    std::string type;
    std::string tag;     // of HTTP
    bool named_by_hash;  // never changes under its name
  };
  Status Read(const std::string& folder, const std::string& below, int depth, Disk& disk);

  std::map<std::string, File, std::less<>> files_;  // by path, "/index.html"
  size_t bytes_ = 0;
  std::string absent_;
};

}  // namespace alluxio::web
