#include "base/json_text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace alluxio {
namespace {

TEST(JsonTextTest, CommasAndBrackets) {
  JsonText json;
  json.BeginObject().Field("a", 1).Key("b").BeginArray().String("x").String("y").EndArray();
  json.Key("c").BeginObject().EndObject().Field("d", true).Field("e", 0.5).EndObject();
  EXPECT_EQ(json.text(), R"({"a":1,"b":["x","y"],"c":{},"d":true,"e":0.5})");
}

TEST(JsonTextTest, StringsEscapeWhatTheyMust) {
  EXPECT_EQ(JsonText().String("\"\\\n\t\x01</script>").text(),
            R"("\"\\\n\t\u0001</script>")");
}

TEST(JsonTextTest, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(JsonText().String("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80").text(),
            "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
  const std::string replaced = "\"a\xEF\xBF\xBD" "b\"";
  for (const char* text : {"a\xFF" "b", "a\xC3" "b", "a\x80" "b", "a\xC1" "b"}) {
    EXPECT_EQ(JsonText().String(text).text(), replaced) << text;
  }
  // A surrogate, a longer form than needed, a number too high, and a character that is cut off.
  for (const char* text : {"\xED\xA0\x80", "\xE0\x80\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    EXPECT_EQ(JsonText().String(text).text().find('\xE2'), std::string::npos) << text;
    EXPECT_NE(JsonText().String(text).text().find("\xEF\xBF\xBD"), std::string::npos) << text;
  }
}

TEST(JsonTextTest, WhatIsNoNumberIsNull) {
  EXPECT_EQ(JsonText().Number(std::nan("")).text(), "null");
  EXPECT_EQ(JsonText().Number(3.0).text(), "3");
}

}  // namespace
}  // namespace alluxio
