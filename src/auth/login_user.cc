#include "auth/login_user.h"

#include <pwd.h>
#include <unistd.h>

#include <vector>

namespace alluxio::auth {

Result<std::string> LoginUser(const std::string& configured) {
  if (!configured.empty()) return configured;
  const uid_t uid = geteuid();
  std::vector<char> buffer(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  int error = getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  if (error != 0) return FromErrno(error, "user " + std::to_string(uid));
  if (found == nullptr) {
    return InternalError("user " + std::to_string(uid) +
                         ": the operating system knows no name for it; set "
                         "alluxio.security.login.username");
  }
  return std::string(found->pw_name);
}

}  // namespace alluxio::auth
