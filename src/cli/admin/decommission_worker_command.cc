#include <fmt/ranges.h>

#include <algorithm>

#include "cli/admin/commands.h"
#include "cli/admin/worker_addresses.h"
#include "cli/units.h"

namespace alluxio::cli {
namespace {

constexpr int kQuietInARow = 20;  // answers of an idle worker, a second apart
constexpr int kErrorsInARow = 5;
constexpr Duration kLook = std::chrono::seconds(1);

// Exit codes, with what each means in the words of 2.9.6.
constexpr int kFailed = 1, kLostMaster = 2, kNotIdle = 3, kLostSome = 10;
constexpr char kOkText[] =
    "All workers are successfully decommissioned and now idle. Safe to kill or restart this batch "
    "of workers now.";
constexpr char kFailedText[] =
    "Failed to decommission all workers. The admin should double check the worker addresses and "
    "the primary master status.";
constexpr char kCodesText[] =
    "\n0: All workers are decommissioned and idle, and may be stopped."
    "\n1: No worker was decommissioned."
    "\n2: The primary master could not be asked."
    "\n3: Some workers were not idle in time."
    "\n10: Some workers could not be asked whether they are idle.";

struct Watched {
  WorkerAddress worker;
  int quiet = 0;
  int errors = 0;
  WorkerOperations last;
};

std::string Names(const std::vector<WorkerAddress>& workers) {
  std::vector<std::string> names;
  for (const WorkerAddress& worker : workers) names.push_back(worker.Text());
  return fmt::format("[{}]", fmt::join(names, ", "));
}

class Decommissioning {
 public:
  Decommissioning(AdminContext& context, Printer& printer)
      : context_(context), printer_(printer) {}

  Result<int> Run(const std::vector<WorkerAddress>& workers, Duration wait, bool may_return) {
    Result<std::vector<WorkerInfo>> known = context_.blocks->GetWorkerList();
    if (!known.ok()) {
      printer_.ErrorLine("Cannot get available worker list from master: {}",
                         known.status().message());
      return kLostMaster;
    }
    for (const WorkerAddress& worker : workers) RETURN_IF_ERROR(CheckKnown(worker, *known));
    Send(workers, may_return);
    if (waiting_.empty()) {
      printer_.Line("{}", kFailedText);
      return kFailed;
    }
    AwaitClients();
    const Duration waited = AwaitIdle(wait);
    printer_.Line("Waited {} minutes for workers to be idle", ToMillis(waited) / 60'000);
    return Conclude();
  }

 private:
  static Status CheckKnown(const WorkerAddress& worker, const std::vector<WorkerInfo>& known) {
    std::string all;
    for (const WorkerInfo& info : known) {
      WorkerAddress there{info.address.host, info.address.web_port};
      if (there.host == worker.host && there.web_port == worker.web_port) return OkStatus();
      all += "\t" + there.Text();
    }
    return InvalidArgument("Worker " + worker.Text() +
                           " is not known by the master. Please check the hostname or retry "
                           "later. Available workers are: " + all);
  }

  void Send(const std::vector<WorkerAddress>& workers, bool may_return) {
    std::vector<WorkerAddress> failed;
    for (const WorkerAddress& worker : workers) {
      printer_.Line("Decommissioning worker {}", worker.Text());
      Status sent =
          context_.blocks->DecommissionWorker(worker.host, worker.web_port, may_return);
      if (sent.ok()) {
        printer_.Line("Set worker {} decommissioned on master", worker.Text());
        waiting_.push_back({worker, 0, 0, {}});
      } else {
        printer_.ErrorLine("Failed to decommission worker {}", worker.Text());
        printer_.ErrorLine("{}", sent.message());
        failed.push_back(worker);
      }
    }
    printer_.Line("Sent decommission messages to the master, {} failed and {} succeeded",
                  failed.size(), waiting_.size());
    printer_.Line("Failed ones: {}", Names(failed));
  }

  // Clients go on with the list they have, for a while.
  void AwaitClients() {
    printer_.Line("Clients take alluxio.user.worker.list.refresh.interval={} to be updated on the "
                  "new worker list so this command will block for the same amount of time to "
                  "ensure the update propagates to clients in the cluster.",
                  context_.worker_list_refresh_text);
    context_.pause(context_.worker_list_refresh);
    printer_.Line("Verifying the decommission has taken effect by listing all available workers "
                  "on the master");
    Result<std::vector<WorkerInfo>> now = context_.blocks->GetWorkerList();
    if (!now.ok()) {
      printer_.ErrorLine("Failed to refresh the available worker list from master: {}",
                         now.status().message());
      printer_.ErrorLine("The command will skip this check and continue. If we observe the workers "
                         "become idle, that suggests the decommission is successful and no clients "
                         "will be using this batch of workers, and this error can be ignored.");
      return;
    }
    std::vector<WorkerAddress> left;
    for (const WorkerInfo& info : *now) left.push_back({info.address.host, info.address.web_port});
    printer_.Line("Now on master the available workers are: {}", Names(left));
    for (const Watched& watched : waiting_) {
      bool there = std::any_of(left.begin(), left.end(), [&](const WorkerAddress& worker) {
        return worker.Text() == watched.worker.Text();
      });
      if (!there) continue;
      printer_.ErrorLine("Worker {} is still showing available on the master. Please check why the "
                         "decommission did not work.", watched.worker.Text());
      printer_.ErrorLine("This command will still continue, but the admin should manually verify "
                         "the state of this worker afterwards.");
    }
  }

  // How long it took. By pauses, which are nearly all of it.
  Duration AwaitIdle(Duration wait) {
    Duration waited{};
    while (!waiting_.empty() && waited <= wait) {
      for (Watched& watched : waiting_) Look(watched);
      std::erase_if(waiting_, [&](const Watched& watched) { return IsDone(watched); });
      if (waiting_.empty()) break;
      context_.pause(kLook);
      waited += kLook;
    }
    return waited;
  }

  void Look(Watched& watched) {
    const std::string name = watched.worker.Text();
    printer_.Line("Polling status from worker {}", name);
    Result<WorkerOperations> operations =
        context_.ask_worker(watched.worker.host, watched.worker.web_port);
    if (!operations.ok()) {
      watched.quiet = 0;
      ++watched.errors;
      printer_.ErrorLine("Failed to poll progress from worker {}: {}", name,
                         operations.status().message());
      if (!explained_) {
        printer_.ErrorLine("There are many reasons why the poll can fail, including but not "
                           "limited to:");
        printer_.ErrorLine("1. Worker is running with a low version which does not contain this "
                           "endpoint");
        printer_.ErrorLine("2. alluxio.worker.web.port is not configured correctly or is not "
                           "accessible by firewall rules");
        printer_.ErrorLine("3. Some other transient network errors");
      }
      explained_ = true;
      return;
    }
    watched.errors = 0;
    watched.last = *operations;
    bool quiet = operations->running == 0 && operations->queued == 0;
    watched.quiet = quiet ? watched.quiet + 1 : 0;
    if (!quiet) {
      printer_.Line("Worker ActiveOperations={}, RpcQueueLength={}", operations->running,
                    operations->queued);
    }
  }

  bool IsDone(const Watched& watched) {
    const std::string name = watched.worker.Text();
    if (watched.quiet >= kQuietInARow) {
      printer_.Line("There is no operation on worker {} for {} times in a row. Worker is "
                    "considered safe to stop.", name, kQuietInARow);
      finished_.push_back(watched.worker);
      return true;
    }
    if (watched.errors < kErrorsInARow) return false;
    printer_.Line("Failed to poll status from worker {} for {} times in a row. Worker is "
                  "considered inaccessible and not functioning. If the worker is not functioning, "
                  "it probably does not currently have ongoing I/O and can be stopped. But the "
                  "admin is advised to manually double check the working before stopping it. ",
                  name, kErrorsInARow);
    lost_.push_back(watched.worker);
    return true;
  }

  int Conclude() {
    if (waiting_.empty() && lost_.empty()) {
      printer_.Line("{}", kOkText);
      return kExitOk;
    }
    if (!waiting_.empty()) {
      std::vector<WorkerAddress> busy;
      for (const Watched& watched : waiting_) busy.push_back(watched.worker);
      printer_.Line("{} workers still have not finished all their operations", Names(busy));
      printer_.Line("The admin should manually intervene and check those workers, before shutting "
                    "them down.");
      for (const Watched& watched : waiting_) {
        printer_.Line("Worker {} has Worker.ActiveOperations={}, Worker.RpcQueueLength={}",
                      watched.worker.Text(), watched.last.running, watched.last.queued);
      }
    }
    if (!lost_.empty()) {
      printer_.Line("{} workers finished all their operations successfully:\n{}",
                    finished_.size(), Names(finished_));
      printer_.Line("{} workers became inaccessible and we assume there are no operations, but we "
                    "still recommend the admin to double check:\n{}", lost_.size(), Names(lost_));
    }
    return waiting_.empty() ? kLostSome : kNotIdle;
  }

  AdminContext& context_;
  Printer& printer_;
  std::vector<Watched> waiting_;
  std::vector<WorkerAddress> finished_, lost_;
  bool explained_ = false;
};

}  // namespace

Command DecommissionWorkerCommand(AdminContext& context) {
  Command command;
  command.name = "decommissionWorker";
  command.usage = "decommissionWorker --addresses <workerHosts> [--wait waitTime] [--disable]";
  command.description = std::string(
      "Decommission a specific batch of workers in the Alluxio cluster: the primary master takes "
      "them off its list, clients are given alluxio.user.worker.list.refresh.interval to hear of "
      "it, and then the command waits until each worker has been idle for a while and may be "
      "stopped. It can be repeated. Exit codes:") + kCodesText;
  command.options = {
      {"a", "addresses",
       "One or more worker addresses separated by comma. If port is not specified, "
       "alluxio.worker.web.port will be used. The command will talk to the workers' web port to "
       "monitor if they are idle and safe to stop.",
       true, "workerHosts", true},
      {"w", "wait", "Time to wait, in human readable form like 5m.", true, "waitTime"},
      {"d", "disable",
       "Whether the worker should be disabled and not allowed to register again, until it is "
       "re-enabled again by fsadmin enableWorker command."}};
  command.max_args = 0;
  command.examples = {"alluxio fsadmin decommissionWorker --addresses worker1,worker2 --wait 10m"};
  command.run = [&context](const ParsedArgs& args, Printer& printer) -> Result<int> {
    ASSIGN_OR_RETURN(std::vector<WorkerAddress> workers,
                     WorkerAddressesOf(args.Value("addresses"), context.worker_web_port));
    Duration wait = std::chrono::minutes(5);
    if (args.Has("wait")) {
      ASSIGN_OR_RETURN(int64_t millis, ParseTimeSize(args.Value("wait")));
      wait = Millis(millis);
    }
    return Decommissioning(context, printer).Run(workers, wait, !args.Has("disable"));
  };
  return command;
}

}  // namespace alluxio::cli
