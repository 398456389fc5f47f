#include "cli/tool/version.h"

#include "cli/units.h"

#ifndef ALLUXIO_REVISION
#define ALLUXIO_REVISION "unknown"
#endif

namespace alluxio::cli {

int RunVersion(const std::vector<std::string>& words, Printer& printer) {
  std::string revision;
  bool asked = !words.empty() && (words[0] == "-r" || words[0] == "--revision");
  if (!words.empty() && !asked) {
    printer.ErrorLine("Unrecognized option: {}", words[0]);
    printer.Line("usage: version [-r|--revision [length]]");
    return 1;
  }
  if (asked) {
    revision = ALLUXIO_REVISION;
    if (words.size() > 1) {
      Result<int> length = ParseNumber(words[1]);
      if (!length.ok() || *length < 0) {
        printer.ErrorLine("Couldn't parse <{}> as an integer", words[1]);
        return 1;
      }
      revision = revision.substr(0, static_cast<size_t>(*length));
    }
    revision = "-" + revision;
  }
  printer.Line("{}{}", kCompatibleVersion, revision);
  return 0;
}

}  // namespace alluxio::cli
