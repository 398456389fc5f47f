#include "cli/tool/validate_conf.h"

namespace alluxio::cli {

int RunValidateConf(const Result<conf::Configuration>& loaded, Printer& printer) {
  printer.Line("Validating configuration.");
  if (!loaded.ok()) {
    printer.Line("{}", loaded.status().message());
    printer.Line("Configuration is invalid");
    return -1;
  }
  for (const std::string& remark : loaded->warnings()) printer.Line("{}", remark);
  printer.Line("Configuration is valid.");
  return 0;
}

}  // namespace alluxio::cli
