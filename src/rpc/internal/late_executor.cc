#include "rpc/internal/late_executor.h"

#include <memory>

#include "env/executor.h"

namespace alluxio::rpc {

void RunLater(Callback<void()> work) {
  // Never destroyed: sinks outlive servers and may need it at any time.
  static Executor& executor = *Executor::Create({"rpc-late", 1, 100000}).release();
  auto shared = std::make_shared<Callback<void()>>(std::move(work));
  if (!executor.Submit([shared] { (*shared)(); }).ok()) (*shared)();
}

}  // namespace alluxio::rpc
