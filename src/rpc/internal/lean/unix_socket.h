// Sockets that are files: who listens on them, and who may. Functions of the system; no state.
#pragma once

#include <string>

#include "base/result.h"
#include "rpc/internal/lean/socket.h"

namespace alluxio::rpc {

// The system's limit for a path.
inline constexpr size_t kMaxUnixPath = 107;

bool IsUnixSocket(const std::string& path);
// `path` is at most kMaxUnixPath long.
SocketAddress UnixAddress(const std::string& path);

// Makes room for a socket: removes the file of a server that is gone. When the name is a UUID, the
// folder has such a file for every start, and those that nobody listens on go as well.
// FAILED_PRECONDITION naming the path when somebody listens there, when it is something else, too
// long or not absolute.
Status PrepareUnixSocket(const std::string& path);
// Prepares, and listens. Whoever may enter the folder may connect, as in 2.9.
Result<Socket> ListenUnix(const std::string& path);
// For others that listened: lets everybody connect.
Status OpenUnixSocketToAll(const std::string& path);
// Before the listener is closed, so that it is not another server's file that goes.
void RemoveUnixSocket(const std::string& path);

}  // namespace alluxio::rpc
