// Row: one measurement against a running cluster, ours or the Java one - the drivers speak the
// wire protocol, so both get exactly the same load.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace alluxio::bench {

struct RowOptions {
  std::string host = "localhost";
  int port = 19998;
  double seconds = 5;
  int outstanding = 64;
  int64_t bytes = int64_t{1} << 30;  // data rows; of each of many files
  std::string path;                  // rows over a mounted store: a file, or a folder of many
  std::string plain_folder = "/dev/shm";  // of the plain file beside a row
  int count = 10'000;                // files <path>/000000..., or workers
  std::vector<int> server_pids;      // whose CPU time is counted
  bool grpc_client = false;          // read-remote: gRPC C++ instead of our own engine
};

struct RowResult {
  double operations = 0;  // calls, entries or bytes, as the row says
  double seconds = 0;
  double server_cpu_seconds = 0;
  std::map<std::string, double> extra;
};

struct Row {
  const char* name;
  const char* help;
  Result<RowResult> (*run)(const RowOptions&);
};

Result<RowResult> GetStatusRow(const RowOptions& options);
Result<RowResult> JournalDeleteRow(const RowOptions& options);
Result<RowResult> JournalListRow(const RowOptions& options);
Result<RowResult> JournalStatusRow(const RowOptions& options);
Result<RowResult> CreateRow(const RowOptions& options);
Result<RowResult> ExactRow(const RowOptions& options);
Result<RowResult> ListRow(const RowOptions& options);
Result<RowResult> DeleteRow(const RowOptions& options);
Result<RowResult> RenameRow(const RowOptions& options);
Result<RowResult> MixedRow(const RowOptions& options);
Result<RowResult> EchoRow(const RowOptions& options);
Result<RowResult> LimitMixedRow(const RowOptions& options);
Result<RowResult> PingPongRow(const RowOptions& options);
Result<RowResult> StreamRow(const RowOptions& options);
Result<RowResult> StreamFileRow(const RowOptions& options);
Result<RowResult> PingRow(const RowOptions& options);
Result<RowResult> PrepareDataRow(const RowOptions& options);
Result<RowResult> LocalReadRow(const RowOptions& options);
Result<RowResult> RemoteReadRow(const RowOptions& options);
Result<RowResult> RandomLocalRow(const RowOptions& options);
Result<RowResult> RandomRemoteRow(const RowOptions& options);
Result<RowResult> WriteLocalRow(const RowOptions& options);
Result<RowResult> WriteRemoteRow(const RowOptions& options);
Result<RowResult> ReadFileRow(const RowOptions& options);
Result<RowResult> ReadManyRow(const RowOptions& options);
Result<RowResult> WriteManyRow(const RowOptions& options);
Result<RowResult> RegisterBlocksRow(const RowOptions& options);
Result<RowResult> RegisterWorkersRow(const RowOptions& options);

// User plus system CPU seconds the processes have used so far.
double CpuSeconds(const std::vector<int>& pids);
double NowSeconds();

}  // namespace alluxio::bench
