// MetricsMasterClient: metrics of the whole cluster, kept by the master. Methods block.
// Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "stub/master_connection.h"

namespace alluxio::stub {

struct MetricReading {
  std::string type;  // "GAUGE", "COUNTER", "METER", "TIMER", "HISTOGRAM" ...
  double number = 0;
  std::string text;  // gauges that are not numbers
};

struct ClientMetric {
  std::string name;
  double value = 0;
};

class MetricsMasterClient {
 public:
  explicit MetricsMasterClient(std::shared_ptr<MasterConnection> connection)
      : connection_(std::move(connection)) {}
  virtual ~MetricsMasterClient() = default;

  virtual Result<std::map<std::string, MetricReading>> GetMetrics();
  virtual Status ClearMetrics();
  // Reports counters of the application `source`.
  virtual Status Heartbeat(const std::string& source, const std::vector<ClientMetric>& metrics);

 private:
  const std::shared_ptr<MasterConnection> connection_;
};

}  // namespace alluxio::stub
