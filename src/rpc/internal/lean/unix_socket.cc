#include "rpc/internal/lean/unix_socket.h"

#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "base/log.h"

namespace alluxio::rpc {
namespace {

constexpr int kBacklog = 4096;
constexpr size_t kUuidChars = 36;
constexpr int kMaxSwept = 10000;
constexpr char kProperty[] = "alluxio.worker.data.server.domain.socket.address";

bool LooksLikeUuid(const std::string& name) {
  if (name.size() != kUuidChars) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? name[i] != '-' : ::isxdigit(static_cast<unsigned char>(name[i])) == 0) return false;
  }
  return true;
}

// The errno of a connection that is closed at once; 0: somebody listens.
int Probe(const std::string& path) {
  Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return errno;
  const SocketAddress address = UnixAddress(path);
  const auto* raw = reinterpret_cast<const sockaddr*>(address.bytes);
  return ::connect(socket.fd(), raw, address.size) == 0 ? 0 : errno;
}

void SweepFolder(const std::string& folder) {
  DIR* entries = ::opendir(folder.c_str());
  if (entries == nullptr) return;  // binding will say why
  for (int i = 0; i < kMaxSwept; ++i) {
    const dirent* entry = ::readdir(entries);
    if (entry == nullptr) break;
    const std::string path = folder + "/" + entry->d_name;
    if (!LooksLikeUuid(entry->d_name) || path.size() > kMaxUnixPath || !IsUnixSocket(path)) {
      continue;
    }
    if (Probe(path) == ECONNREFUSED && ::unlink(path.c_str()) == 0) {
      LOG_INFO("rpc: removed the socket of a server that is gone path={}", path);
    }
  }
  ::closedir(entries);
}

}  // namespace

bool IsUnixSocket(const std::string& path) {
  struct stat found {};
  return !path.empty() && ::stat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode);
}

SocketAddress UnixAddress(const std::string& path) {
  CHECK(path.size() <= kMaxUnixPath) << path;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  memcpy(name.sun_path, path.data(), path.size());
  SocketAddress address;
  static_assert(sizeof(name) <= sizeof(address.bytes));
  memcpy(address.bytes, &name, sizeof(name));
  address.size = static_cast<unsigned>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  return address;
}

Status PrepareUnixSocket(const std::string& path) {
  const std::string where = std::string(kProperty) + ", socket " + path + ": ";
  if (path.empty() || path.front() != '/') {
    return FailedPrecondition(where + "an absolute path is expected");
  }
  if (path.size() > kMaxUnixPath) {
    return FailedPrecondition(where + "has " + std::to_string(path.size()) +
                              " characters; sockets have at most " +
                              std::to_string(kMaxUnixPath));
  }
  const size_t slash = path.rfind('/');
  if (LooksLikeUuid(path.substr(slash + 1))) SweepFolder(path.substr(0, slash));
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return OkStatus();  // nothing is there
  if (S_ISDIR(found.st_mode)) {
    return FailedPrecondition(where + "is a folder; name a file in it, or set "
                                      "alluxio.worker.data.server.domain.socket.as.uuid=true");
  }
  if (!S_ISSOCK(found.st_mode)) {
    return FailedPrecondition(where + "is there and no socket; it is left alone");
  }
  const int error = Probe(path);
  if (error != ECONNREFUSED) {
    return FailedPrecondition(where + (error == 0 ? "another server listens there"
                                                  : std::string(strerror(error))));
  }
  if (::unlink(path.c_str()) != 0) return FailedPrecondition(where + strerror(errno));
  LOG_INFO("rpc: removed the socket of a server that is gone path={}", path);
  return OkStatus();
}

Result<Socket> ListenUnix(const std::string& path) {
  RETURN_IF_ERROR(PrepareUnixSocket(path));
  Socket listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener.valid()) return FromErrno(errno, "socket");
  const SocketAddress address = UnixAddress(path);
  const auto* raw = reinterpret_cast<const sockaddr*>(address.bytes);
  if (::bind(listener.fd(), raw, address.size) != 0 || ::listen(listener.fd(), kBacklog) != 0) {
    const std::string why = strerror(errno);
    return FailedPrecondition(std::string(kProperty) + ", socket " + path +
                              ": cannot listen: " + why +
                              (errno == ENOENT ? "; the folder has to be there" : ""));
  }
  RETURN_IF_ERROR(OpenUnixSocketToAll(path));
  return listener;
}

Status OpenUnixSocketToAll(const std::string& path) {
  if (::chmod(path.c_str(), 0777) == 0) return OkStatus();
  return FailedPrecondition(std::string(kProperty) + ", socket " + path + ": " + strerror(errno));
}

void RemoveUnixSocket(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    LOG_WARN("rpc: cannot remove a socket path={} why={}", path, strerror(errno));
  }
}

}  // namespace alluxio::rpc
