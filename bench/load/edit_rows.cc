// Rows of edits of files that are there: delete, rename. What they work on is made before, in
// batches, and not timed.
#include <unistd.h>

#include <algorithm>

#include "bench/load/calls.h"
#include "bench/load/pump.h"
#include "bench/load/row.h"

namespace alluxio::bench {
namespace {

constexpr int64_t kBatch = 20'000;
constexpr int64_t kWarm = 2'000;

// One batch of `count` files: makes them, runs `operation` on each, and adds it to `sum`.
Status RunBatch(LeanChannel& channel, const RowOptions& options, const std::string& prefix,
                int64_t count, const Pump::Operation& operation, RowResult* sum) {
  RETURN_IF_ERROR(MakeFiles(channel, prefix, count));
  RowOptions all = options;
  all.seconds = 300;
  ASSIGN_OR_RETURN(RowResult batch, Pump(channel, operation, count).Run(all));
  if (sum == nullptr) return OkStatus();
  sum->operations += batch.operations;
  sum->seconds += batch.seconds;
  sum->server_cpu_seconds += batch.server_cpu_seconds;
  return OkStatus();
}

using MakeOperation = std::function<Pump::Operation(LeanChannel&, const std::string& prefix)>;

Result<RowResult> EditRow(const RowOptions& options, const char* name,
                          const MakeOperation& operation) {
  ASSIGN_OR_RETURN(auto channel, ConnectTo(options));
  const std::string folder = std::string("/bench/") + name + std::to_string(getpid());
  RETURN_IF_ERROR(MakeDirectory(*channel, folder));
  int batch = 0;
  auto run = [&](int64_t count, RowResult* sum) {
    const std::string prefix = folder + "/" + std::to_string(batch++) + "-";
    return RunBatch(*channel, options, prefix, count, operation(*channel, prefix), sum);
  };
  RETURN_IF_ERROR(run(kWarm, nullptr));
  RowResult result;
  while (result.seconds < options.seconds) RETURN_IF_ERROR(run(kBatch, &result));
  return result;
}

}  // namespace

Result<RowResult> DeleteRow(const RowOptions& options) {
  return EditRow(options, "delete", [](LeanChannel& channel, const std::string& prefix) {
    return Remove(channel, prefix);
  });
}

Result<RowResult> RenameRow(const RowOptions& options) {
  return EditRow(options, "rename", [](LeanChannel& channel, const std::string& prefix) {
    return Rename(channel, prefix, prefix + "r");
  });
}

}  // namespace alluxio::bench
