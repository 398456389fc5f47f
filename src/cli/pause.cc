#include "cli/pause.h"

#include "base/mutex.h"

namespace alluxio::cli {

void PauseFor(Duration pause) {
  Mutex mutex;
  CondVar nobody;
  MutexLock lock(mutex);
  nobody.WaitFor(mutex, pause);
}

}  // namespace alluxio::cli
