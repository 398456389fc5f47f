// MasterWeb: the web port of a master, with everything that its pages need for themselves.
#pragma once

#include <memory>

#include "base/result.h"
#include "master/web/web_parts.h"

namespace alluxio::master {

class MasterWeb {
 public:
  // Fills what `parts` leaves out (process, preview, permissions) from parts.conf and listens on
  // alluxio.master.web.port. UNAVAILABLE when the port is taken.
  static Result<std::unique_ptr<MasterWeb>> Start(WebParts parts);
  ~MasterWeb();  // waits for requests that run
  MasterWeb(const MasterWeb&) = delete;
  MasterWeb& operator=(const MasterWeb&) = delete;

  int port() const;

 private:
  struct State;
  explicit MasterWeb(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace alluxio::master
