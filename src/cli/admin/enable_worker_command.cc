#include <fmt/ranges.h>

#include "cli/admin/commands.h"
#include "cli/admin/worker_addresses.h"

namespace alluxio::cli {

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
    ASSIGN_OR_RETURN(std::vector<WorkerAddress> addresses,
                     WorkerAddressesOf(args.Value("addresses"), context.worker_web_port));
    std::vector<std::string> failed;
    for (const WorkerAddress& worker : addresses) {
      std::string name = worker.Text();
      printer.Line("Re-enabling worker {}", name);
      Status enabled = context.blocks->RemoveDisabledWorker(worker.host, worker.web_port);
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
