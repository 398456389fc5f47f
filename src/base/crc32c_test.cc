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

// Long runs are summed in lanes of 1 KiB, short ones are not.
TEST(Crc32cTest, LongRunsEqualShortOnes) {
  std::string text;
  uint32_t word = 12345;
  for (int i = 0; i < 20'011; ++i) {
    word = word * 1664525 + 1013904223;
    text.push_back(static_cast<char>(word >> 24));
  }
  for (size_t length : {3071, 3072, 3073, 6144, 9215, 20'011}) {
    for (size_t begin : {0, 1, 7}) {
      std::string_view run = std::string_view(text).substr(begin, length);
      uint32_t in_parts = 0;
      for (size_t at = 0; at < run.size(); at += 97) {
        in_parts = ExtendCrc32c(in_parts, run.substr(at, 97));
      }
      EXPECT_EQ(Crc32c(run), in_parts) << length << " from " << begin;
      EXPECT_NE(Crc32c(run), ExtendCrc32c(0, run.substr(1))) << length;
    }
  }
}

}  // namespace
}  // namespace alluxio
