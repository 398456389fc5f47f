// PollingLocator: the primary of several masters that are configured by name: the first of them
// that answers for the service of clients, which a standby does not. Thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "base/duration.h"
#include "base/mutex.h"
#include "rpc/tls.h"
#include "rpc/transport.h"
#include "stub/primary_locator.h"

namespace alluxio::stub {

struct PollingLocatorOptions {
  rpc::Transport transport = rpc::Transport::kLean;
  rpc::TlsOptions tls;
  Duration timeout = std::chrono::seconds(2);  // of one master: the next one may be the primary
  Duration quick_timeout = std::chrono::milliseconds(300);  // when a call is waiting meanwhile
};

class PollingLocator final : public PrimaryLocator {
 public:
  PollingLocator(std::vector<MasterAddress> masters, const PollingLocatorOptions& options)
      : masters_(std::move(masters)), options_(options) {}

  // What was found last until it is invalidated; then each is asked once.
  Result<MasterAddress> Primary() override;
  void Invalidate(const MasterAddress& address) override;
  bool HasMoved(const MasterAddress& from) override;
  std::vector<MasterAddress> All() override { return masters_; }

 private:
  Status Ask(const MasterAddress& master, Duration timeout);

  const std::vector<MasterAddress> masters_;
  const PollingLocatorOptions options_;
  Mutex mutex_{LockRank::kClient};
  std::optional<MasterAddress> found_ GUARDED_BY(mutex_);
};

}  // namespace alluxio::stub
