#include "env/posix/named_thread.h"

#include <pthread.h>

namespace alluxio {

std::thread StartNamedThread(const std::string& name, Callback<void()> body) {
  return std::thread([name, body = std::move(body)]() mutable {
    ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
    body();
  });
}

}  // namespace alluxio
