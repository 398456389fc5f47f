#include "cli/tool/validate_conf.h"

namespace alluxio::cli {

int RunValidateConf(const Result<conf::Configuration>& loaded,
                    const std::vector<ConfCheck>& checks, Printer& printer) {
  printer.Line("Validating configuration.");
  if (!loaded.ok()) {
    printer.Line("{}", loaded.status().message());
    printer.Line("Configuration is invalid");
    return -1;
  }
  for (const std::string& remark : loaded->warnings()) printer.Line("{}", remark);
  bool valid = true;
  for (ConfCheck check : checks) {
    Status status = check(*loaded);
    if (status.ok()) continue;
    printer.Line("{}", status.message());
    valid = false;
  }
  printer.Line("Configuration is {}", valid ? "valid." : "invalid");
  return valid ? 0 : -1;
}

}  // namespace alluxio::cli
