// bench-load <row> [--host H] [--port P] [--seconds S] [--outstanding N] [--bytes B]
//   [--path P] [--count N] [--client grpc|lean] [--plain-folder F] [--pid P]...
// Prints one JSON line: {"row": ..., "ops": ..., "seconds": ..., "per_second": ..., ...}
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench/load/row.h"

namespace {

using namespace alluxio::bench;  // NOLINT: one small program

constexpr Row kRows[] = {
    {"create", "create + complete of an empty file, pairs", CreateRow},
    {"delete", "delete of an empty file, calls", DeleteRow},
    {"exact", "--count calls of the kind --path: create, getstatus, list, rename, delete, in order",
     ExactRow},
    {"getstatus", "GetStatus of hot files, calls", GetStatusRow},
    {"journal-delete", "delete of the last tenth of --count files of bench-journal, calls",
     JournalDeleteRow},
    {"journal-list", "listings of folders at random of --count files of bench-journal, entries",
     JournalListRow},
    {"journal-status", "GetStatus of --count files that bench-journal made, calls",
     JournalStatusRow},
    {"limit-echo", "calls of a gRPC server that only echoes", EchoRow},
    {"limit-mixed", "the same beside as many busy threads as `mixed` has, calls", LimitMixedRow},
    {"limit-pingpong", "64 bytes to and fro over loopback TCP, round trips", PingPongRow},
    {"limit-stream", "loopback TCP into --bytes of memory, bytes", StreamRow},
    {"limit-stream-file", "the same into a mapped file of a tmpfs, and one CRC32C of it, bytes",
     StreamFileRow},
    {"list", "listing of 10,000 entries, or of the --count files in --path, entries", ListRow},
    {"mixed", "GetStatus beside creates and a listing of 100,000, calls; extra: percentiles",
     MixedRow},
    {"ping", "one GetStatus of the root", PingRow},
    {"prepare", "writes the file the read rows read", PrepareDataRow},
    {"random-local", "reads of 4 KiB in the block's file, reads; extra: mapped memcpy",
     RandomLocalRow},
    {"random-remote", "reads of 4 KiB through a worker, reads", RandomRemoteRow},
    {"read-local", "short-circuit read, bytes; extra: plain mapped read", LocalReadRow},
    {"read-remote", "ReadBlock stream, bytes", RemoteReadRow},
    {"read-file", "--path from its beginning to its end, once, bytes", ReadFileRow},
    {"read-many", "--count files <--path>/000000..., each once, files", ReadManyRow},
    {"register-blocks", "a worker's --count blocks beside GetStatus; extra: its percentiles",
     RegisterBlocksRow},
    {"register-workers", "--count workers that are only told of, workers", RegisterWorkersRow},
    {"rename", "rename of an empty file, calls", RenameRow},
    {"write-local", "MUST_CACHE on the worker's host, bytes; extra: plain tmpfs", WriteLocalRow},
    {"write-remote", "WriteBlock stream, bytes", WriteRemoteRow},
    {"write-many", "the same written (ASYNC_THROUGH) until all are persisted", WriteManyRow},
};

int Usage() {
  fprintf(stderr, "usage: bench-load <row> [--host H] [--port P] [--seconds S] "
                  "[--outstanding N] [--bytes B] [--path P] [--count N] [--client grpc|lean] "
                  "[--plain-folder F] [--pid P]...\n");
  for (const Row& row : kRows) fprintf(stderr, "  %-17s %s\n", row.name, row.help);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return Usage();
  RowOptions options;
  for (int i = 2; i + 1 < argc; i += 2) {
    const char* value = argv[i + 1];
    if (strcmp(argv[i], "--host") == 0) options.host = value;
    else if (strcmp(argv[i], "--port") == 0) options.port = atoi(value);
    else if (strcmp(argv[i], "--seconds") == 0) options.seconds = atof(value);
    else if (strcmp(argv[i], "--outstanding") == 0) options.outstanding = atoi(value);
    else if (strcmp(argv[i], "--bytes") == 0) options.bytes = atoll(value);
    else if (strcmp(argv[i], "--path") == 0) options.path = value;
    else if (strcmp(argv[i], "--plain-folder") == 0) options.plain_folder = value;
    else if (strcmp(argv[i], "--count") == 0) options.count = atoi(value);
    else if (strcmp(argv[i], "--client") == 0) options.grpc_client = strcmp(value, "grpc") == 0;
    else if (strcmp(argv[i], "--pid") == 0) options.server_pids.push_back(atoi(value));
    else return Usage();
  }
  for (const Row& row : kRows) {
    if (strcmp(row.name, argv[1]) != 0) continue;
    auto result = row.run(options);
    if (!result.ok()) {
      fprintf(stderr, "%s: %s\n", row.name, result.status().ToString().c_str());
      return 1;
    }
    printf("{\"row\": \"%s\", \"ops\": %.0f, \"seconds\": %.3f, \"per_second\": %.1f, "
           "\"cpu_us_per_op\": %.6f",
           row.name, result->operations, result->seconds, result->operations / result->seconds,
           result->operations > 0 ? result->server_cpu_seconds * 1e6 / result->operations : 0.0);
    for (const auto& [name, value] : result->extra) printf(", \"%s\": %.3f", name.c_str(), value);
    printf("}\n");
    return 0;
  }
  return Usage();
}
