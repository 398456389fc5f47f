// PrepareGrpc: what the transport library needs once in a process before its first use.
#pragma once

namespace alluxio::rpc {

// Sends the library's own log lines to ours, quietly, and keeps its threads until the process
// ends. Idempotent; thread-safe.
void PrepareGrpc();

}  // namespace alluxio::rpc
