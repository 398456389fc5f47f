#include <fmt/ranges.h>

#include <algorithm>

#include "cli/admin/commands.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

struct WebAddress {
  std::string host;
  int port = 0;
};

Result<std::vector<WebAddress>> AddressesOf(const std::string& text, int default_port) {
  std::vector<WebAddress> addresses;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find(',', begin), text.size());
    std::string part = text.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty()) continue;
    size_t colon = part.rfind(':');
    WebAddress address{part.substr(0, colon), default_port};
    if (colon != std::string::npos) {
      ASSIGN_OR_RETURN(address.port, ParseNumber(part.substr(colon + 1)));
    }
    addresses.push_back(std::move(address));
  }
  if (addresses.empty()) return InvalidArgument("Worker addresses must be specified");
  return addresses;
}

}  // namespace

Command EnableWorkerCommand(AdminContext& context) {
  Command command;
  command.name = "enableWorker";
  command.usage = "enableWorker --addresses <workerHosts>";
  command.description =
      "Re-enables workers to register and join the cluster, after decommissionWorker disabled "
      "them.";
  command.options = {{"a", "addresses",
                      "One or more worker addresses separated by comma. The addresses specify the "
                      "WEB port instead of RPC port; alluxio.worker.web.port when there is none.",
                      true, "workerHosts", true}};
  command.max_args = 0;
  command.examples = {"alluxio fsadmin enableWorker --addresses worker1,worker2:30000"};
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(std::vector<WebAddress> addresses,
                     AddressesOf(args.Value("addresses"), context.worker_web_port));
    std::vector<std::string> failed;
    for (const WebAddress& worker : addresses) {
      std::string name = fmt::format("{}:{}", worker.host, worker.port);
      printer.Line("Re-enabling worker {}", name);
      Status enabled = context.blocks->RemoveDisabledWorker(worker.host, worker.port);
      if (enabled.ok()) {
        printer.Line("Re-enabled worker {} on master", name);
      } else {
        printer.ErrorLine("Failed to re-enable worker {}", name);
        printer.ErrorLine("{}", enabled.message());
        failed.push_back(name);
      }
    }
    if (failed.empty()) {
      printer.Line("Successfully re-enabled all workers on the master. The workers should be able "
                   "to register to the master and then serve normally.Note there is a short gap "
                   "defined by alluxio.user.worker.list.refresh.interval before the clients become "
                   "aware of this worker and start to use it.");
      return kExitOk;
    }
    printer.ErrorLine("{} failed to be re-enabled on the master: [{}]", failed.size(),
                      fmt::join(failed, ", "));
    printer.ErrorLine("The admin needs to manually check and fix the problem. Those workers are "
                      "not able to register to the master and serve requests.");
    return 1;
  };
  return command;
}

}  // namespace alluxio::cli
