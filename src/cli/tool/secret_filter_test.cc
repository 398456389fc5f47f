#include "cli/tool/secret_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "env/rng.h"

namespace alluxio::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Filtered(std::string_view text) { return SecretFilter({"k0wn-value"}).Text(text); }

TEST(SecretFilterTest, SettingsKeepTheirNames) {
  EXPECT_EQ(Filtered("aws.secretKey=a b#c\nalluxio.master.hostname=m1\n"),
            "aws.secretKey=******\nalluxio.master.hostname=m1\n");
  EXPECT_EQ(Filtered("export AWS_SECRET_ACCESS_KEY='x y'"), "export AWS_SECRET_ACCESS_KEY=******");
  EXPECT_EQ(Filtered("  password : p"), "  password : ******");
  EXPECT_EQ(Filtered("alluxio.security.authorization.permission.enabled=true"),
            "alluxio.security.authorization.permission.enabled=true");
}

TEST(SecretFilterTest, CommandLinesLogsAndJson) {
  EXPECT_EQ(Filtered("x -Daws.secretKey=abc -Da=b --password hunter2 end"),
            "x -Daws.secretKey=****** -Da=b --password ****** end");
  EXPECT_EQ(Filtered(R"(worker: opened options={"s3a.secret.key":"a\"b","x":1})"),
            R"(worker: opened options={"s3a.secret.key":"******","x":1})");
  EXPECT_EQ(Filtered("mount: ufs=s3://b properties={fs.s3a.access.key=AK, x=y}"),
            "mount: ufs=s3://b properties={fs.s3a.access.key=******, x=y}");
  EXPECT_EQ(Filtered("seen k0wn-value here"), "seen ****** here");
}

TEST(SecretFilterTest, UrlsAndHeaders) {
  EXPECT_EQ(Filtered("root=swift://ann:pa55@host/c, x"), "root=swift://ann:******@host/c, x");
  EXPECT_EQ(Filtered("GET https://h/p?a=1&X-Amz-Signature=abc&sig=d&b=2 done"),
            "GET https://h/p?a=1&X-Amz-Signature=******&sig=******&b=2 done");
  EXPECT_EQ(Filtered("> Authorization: Bearer abc.def ghi"), "> Authorization: ******");
}

TEST(SecretFilterTest, XmlOverSeveralLines) {
  EXPECT_EQ(Filtered("<property><name>fs.s3a.secret.key</name><value>x</value></property>"
                     "<name>a</name><value>y</value>"),
            "<property><name>fs.s3a.secret.key</name><value>******</value></property>"
            "<name>a</name><value>y</value>");
  std::string out = Filtered("<name>x.password</name>\n <value>one\ntwo</value>\n<value>z</value>");
  EXPECT_THAT(out, Not(HasSubstr("one")));
  EXPECT_THAT(out, Not(HasSubstr("two")));
  EXPECT_THAT(out, HasSubstr("<value>z</value>"));
}

TEST(SecretFilterTest, PrivateKeys) {
  EXPECT_EQ(Filtered("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE "
                     "KEY-----\nb"),
            "a\n******\n******\n******\n******\nb");
}

TEST(SecretFilterTest, LongLinesAreCut) {
  std::string out = Filtered(std::string(SecretFilter::kMaxLine, 'x') + " k0wn-value");
  EXPECT_THAT(out, Not(HasSubstr("k0wn")));
  EXPECT_THAT(out, HasSubstr("(cut)"));
}

// Whatever surrounds it, a value behind such a name does not come through.
TEST(SecretFilterTest, RandomSurroundings) {
  std::unique_ptr<Rng> rng = Rng::Seeded(2026);
  const std::vector<std::string> before = {"",   " ",       "x ", "{\"", "a=b,",
                                           "-D", "export ", "[",  "\t"};
  const std::vector<std::string> names = {"password", "aws.secretKey", "SECRET_TOKEN",
                                          "fs.azure.account.key.x", "apikey"};
  const std::vector<std::string> marks = {"=", ":", " = ", "\":\"", "\": \"", "='", "=\""};
  for (int i = 0; i < 5000; ++i) {
    auto pick = [&](const std::vector<std::string>& list) {
      return list[static_cast<size_t>(rng->Below(list.size()))];
    };
    std::string line = pick(before) + pick(names) + pick(marks) + "Zx9Qw7" + pick(before);
    EXPECT_THAT(Filtered(line), Not(HasSubstr("Zx9Qw7"))) << "seed 2026: " << line;
  }
}

}  // namespace
}  // namespace alluxio::cli
