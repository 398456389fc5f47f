#include "conf/source.h"

#include <gtest/gtest.h>

namespace alluxio::conf {
namespace {

TEST(SourceTest, PrintsAsAlluxioDoes) {
  EXPECT_EQ(Source{}.ToString(), "UNKNOWN");
  EXPECT_EQ(Source{SourceKind::kDefault}.ToString(), "DEFAULT");
  EXPECT_EQ((Source{SourceKind::kSiteProperty, "/a/b", 3}).ToString(), "SITE_PROPERTY (/a/b)");
}

}  // namespace
}  // namespace alluxio::conf
