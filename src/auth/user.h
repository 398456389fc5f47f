// User: on whose behalf a call runs.
#pragma once

#include <string>

namespace alluxio::auth {

struct User {
  std::string name;        // effective user: permissions are checked for this one
  std::string connection;  // who authenticated; differs from `name` when impersonating
  bool authenticated() const { return !name.empty(); }
};

}  // namespace alluxio::auth
