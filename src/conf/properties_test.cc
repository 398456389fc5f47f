#include "conf/properties.h"

#include <gtest/gtest.h>

namespace alluxio::conf {
namespace {

std::string Value(std::string_view text, const std::string& key) {
  Result<Properties> properties = ParseProperties(text);
  EXPECT_TRUE(properties.ok()) << properties.status();
  std::string value = "<absent>";
  for (const Property& property : *properties) {
    if (property.key == key) value = property.value;
  }
  return value;
}

TEST(PropertiesTest, BadUnicodeEscapeNamesItsLine) {
  Result<Properties> properties = ParseProperties("a=1\n\n# c\nb=\\u12G4\n");
  EXPECT_EQ(properties.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(properties.status().message(), "line 4: \\u needs four hexadecimal digits");
  EXPECT_FALSE(ParseProperties("b=\\u12").ok());
  EXPECT_FALSE(ParseProperties("b=\\u").ok());
}

TEST(PropertiesTest, EmptyAndCommentOnlyTextsHoldNothing) {
  EXPECT_TRUE(ParseProperties("")->empty());
  EXPECT_TRUE(ParseProperties("\n \t\n# a=1\n  ! b=2\r\n")->empty());
  EXPECT_TRUE(ParseProperties("# a comment does not continue \\\n")->empty());
}

TEST(PropertiesTest, EverySeparatorWorks) {
  EXPECT_EQ(Value("k=v", "k"), "v");
  EXPECT_EQ(Value("k:v", "k"), "v");
  EXPECT_EQ(Value("k v", "k"), "v");
  EXPECT_EQ(Value("  k \t = \t v", "k"), "v");
  EXPECT_EQ(Value("k==v", "k"), "=v");
  EXPECT_EQ(Value("k", "k"), "");
  EXPECT_EQ(Value("k=", "k"), "");
  EXPECT_EQ(Value("k v = w", "k"), "v = w");
}

TEST(PropertiesTest, EscapedSeparatorsBelongToTheKey) {
  EXPECT_EQ(Value("a\\=b\\:c\\ d=v", "a=b:c d"), "v");
  EXPECT_EQ(Value("a=t\\tn\\nr\\rf\\fq\\q\\\\", "a"), "t\tn\nr\rf\fqq\\");
}

TEST(PropertiesTest, ContinuationLinesJoinWithoutTheirIndent) {
  EXPECT_EQ(Value("k=one,\\\n   two,\\\r\n\tthree\nj=4", "k"), "one,two,three");
  EXPECT_EQ(Value("k=one,\\\n   two\nj=4", "j"), "4");
  EXPECT_EQ(Value("k=a\\\\\nj=4", "k"), "a\\");  // An even number does not continue.
  EXPECT_EQ(Value("k=a\\", "k"), "a");
  EXPECT_EQ(Value("k=a\\\n# no comment here", "k"), "a# no comment here");
}

TEST(PropertiesTest, EveryLineEndCounts) {
  Result<Properties> properties = ParseProperties("a=1\rb=2\r\nc=3\n\nd=4");
  ASSERT_EQ(properties->size(), 4u);
  EXPECT_EQ((*properties)[2].line, 3);
  EXPECT_EQ((*properties)[3].line, 5);
}

TEST(PropertiesTest, UnicodeComesFromEscapesUtf8AndLatin1) {
  EXPECT_EQ(Value("k=\\u00e9\\u20AC", "k"), "\xC3\xA9\xE2\x82\xAC");
  EXPECT_EQ(Value("k=\\uD83D\\uDE00", "k"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(Value("k=\\uD83Dx", "k"), "?x");
  EXPECT_EQ(Value("k=\xC3\xA9", "k"), "\xC3\xA9");
  EXPECT_EQ(Value("k=caf\xE9", "k"), "caf\xC3\xA9");
}

TEST(PropertiesTest, RepeatedKeysAreReportedInOrder) {
  Result<Properties> properties = ParseProperties("k=1\nk=2\n");
  ASSERT_EQ(properties->size(), 2u);
  EXPECT_EQ(properties->back().value, "2");
}

}  // namespace
}  // namespace alluxio::conf
