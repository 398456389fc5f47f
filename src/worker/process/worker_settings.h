// WorkerSettings: what the properties say about a worker's storage and address.
#pragma once

#include <string>

#include "base/result.h"
#include "conf/configuration.h"
#include "env/rng.h"
#include "model/worker_info.h"
#include "worker/store/store_options.h"

namespace alluxio::worker {

// What this build cannot do although the properties ask for it: FAILED_PRECONDITION.
Status CheckSupported(const conf::Configuration& conf);

// alluxio.worker.tieredstore.*, alluxio.worker.data.folder*. Lists shorter than the list of paths
// repeat their last element. INVALID_ARGUMENT names the property.
Result<StoreOptions> StoreOptionsOf(const conf::Configuration& conf);

// The address clients and the master get; `port` is the one the server listens on.
// alluxio.worker.data.server.domain.socket.*: the file to listen on; "" = none. With as.uuid a new
// name in that folder each time.
std::string DomainSocketOf(const conf::Configuration& conf, Rng& rng);
WorkerNetAddress WorkerAddressOf(const conf::Configuration& conf, int port);

}  // namespace alluxio::worker
