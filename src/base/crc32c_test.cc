#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace alluxio {
namespace {

TEST(Crc32cTest, KnownValuesOfRfc3720) {
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43U);
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283U);
}

TEST(Crc32cTest, ExtendingEqualsOneRun) {
  std::string text = "the quick brown fox jumps over the lazy dog";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(ExtendCrc32c(Crc32c(text.substr(0, cut)), text.substr(cut)), Crc32c(text));
  }
}

}  // namespace
}  // namespace alluxio
