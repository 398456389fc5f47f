#include "cli/md5.h"

#include <gtest/gtest.h>

namespace alluxio::cli {
namespace {

std::string DigestOf(const std::string& text, size_t step) {
  Md5 md5;
  for (size_t i = 0; i < text.size(); i += step) md5.Update(text.substr(i, step));
  return md5.Hex();
}

TEST(Md5Test, KnownDigests) {  // RFC 1321, A.5
  EXPECT_EQ(DigestOf("", 1), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(DigestOf("abc", 3), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(DigestOf("12345678901234567890123456789012345678901234567890123456789012345678901234567"
                     "890",
                     80),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(Md5Test, PiecesDoNotMatter) {
  std::string text(1000, 'x');
  for (size_t step : {1, 3, 63, 64, 65, 999}) EXPECT_EQ(DigestOf(text, step), DigestOf(text, 1000));
}

}  // namespace
}  // namespace alluxio::cli
