#include "conf/md5.h"

#include <gtest/gtest.h>

namespace alluxio::conf {
namespace {

TEST(Md5Test, KnownDigests) {  // RFC 1321, appendix A.5
  EXPECT_EQ(Md5Hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(Md5Hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(Md5Hex("1234567890123456789012345678901234567890"
                   "1234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(Md5Test, PiecesDoNotMatter) {
  std::string text(1000, 'x');
  for (size_t step : {1, 3, 63, 64, 65, 999}) {
    Md5 md5;
    for (size_t i = 0; i < text.size(); i += step) md5.Update(text.substr(i, step));
    EXPECT_EQ(md5.Hex(), Md5Hex(text)) << step;
  }
}

}  // namespace
}  // namespace alluxio::conf
