#include "metrics/prometheus_text.h"

#include <gtest/gtest.h>

namespace alluxio::metrics {
namespace {

TEST(PrometheusTextTest, NamesKeepOnlyWhatIsAllowed) {
  EXPECT_EQ(PrometheusName("Master.GetFileInfoOps"), "Master_GetFileInfoOps");
  EXPECT_EQ(PrometheusName("9-a"), "_9_a");
  EXPECT_EQ(PrometheusName(""), "_");
}

TEST(PrometheusTextTest, OneTypeLineAndOneValueLineEach) {
  EXPECT_EQ(PrometheusText({{"A.B", MetricType::kCounter, 3}, {"C", MetricType::kGauge, 0.5}}),
            "# TYPE A_B counter\nA_B 3\n# TYPE C gauge\nC 0.5\n");
}

}  // namespace
}  // namespace alluxio::metrics
