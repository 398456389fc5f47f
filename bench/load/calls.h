// The calls to a master that the rows make, as bytes.
#pragma once

#include <memory>
#include <string>

#include "bench/load/lean_channel.h"
#include "bench/load/pump.h"
#include "bench/load/row.h"

namespace alluxio::bench {

Result<std::unique_ptr<LeanChannel>> ConnectTo(const RowOptions& options);

// Of the service of file system clients.
std::string MethodPath(const char* method);

// Makes the folder and those above it; present ones are well.
Status MakeDirectory(LeanChannel& channel, const std::string& path);

// Operations on <prefix><number>; the file of Remove and Rename must be there.
Pump::Operation CreateAndComplete(LeanChannel& channel, std::string prefix);
Pump::Operation Remove(LeanChannel& channel, std::string prefix);
Pump::Operation Rename(LeanChannel& channel, std::string from_prefix, std::string to_prefix);

// Makes <prefix>0 ... <prefix>(count - 1).
Status MakeFiles(LeanChannel& channel, const std::string& prefix, int64_t count);

// GetStatus of one path, serialized: metadata is not loaded from the under store.
std::string StatusRequest(const std::string& path);

}  // namespace alluxio::bench
