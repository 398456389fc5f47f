#include "cli/option_parser.h"

#include <gmock/gmock.h>

namespace alluxio::cli {
namespace {

using ::testing::ElementsAre;

std::vector<Option> Options() {
  return {{"R", "recursive", "recursive"},
          {"r", "", "also recursive"},
          {"f", "", "force"},
          {"c", "", "bytes", true},
          {"", "max", "number", true},
          {"", "remount", "remount"},
          {"", "sort", "field", true}};
}

std::string ErrorOf(const std::vector<std::string>& words) {
  return ParseOptions(Options(), words).status().message();
}

TEST(OptionParserTest, UnknownOptionsAreNamed) {
  EXPECT_EQ(ErrorOf({"-z", "/"}), "Unrecognized option: -z");
  EXPECT_EQ(ErrorOf({"--nosuch"}), "Unrecognized option: --nosuch");
  EXPECT_EQ(ErrorOf({"-Rz"}), "Unrecognized option: -Rz");
  EXPECT_EQ(ErrorOf({"--remount=yes"}), "Unrecognized option: --remount=yes");
}

TEST(OptionParserTest, AValueMayNotBeMissing) {
  EXPECT_EQ(ErrorOf({"-c"}), "Missing argument for option: c");
  EXPECT_EQ(ErrorOf({"-c", "-f"}), "Missing argument for option: c");
  EXPECT_EQ(ErrorOf({"--sort"}), "Missing argument for option: sort");
}

TEST(OptionParserTest, AnAmbiguousBeginningIsAnError) {
  EXPECT_EQ(ErrorOf({"--re"}),
            "Ambiguous option: '--re'  (could be: 'recursive', 'remount')");
}

TEST(OptionParserTest, ARequiredOptionMustBeGiven) {
  std::vector<Option> options = {{"f", "", "force"}};
  options[0].required = true;
  EXPECT_EQ(ParseOptions(options, {}).status().message(), "Missing required option: f");
}

TEST(OptionParserTest, OptionsAndArgumentsMix) {
  Result<ParsedArgs> args = ParseOptions(Options(), {"/a", "-Rf", "/b", "--sort", "name", "-"});
  ASSERT_TRUE(args.ok()) << args.status();
  EXPECT_TRUE(args->Has("R"));
  EXPECT_TRUE(args->Has("recursive"));
  EXPECT_TRUE(args->Has("f"));
  EXPECT_FALSE(args->Has("r"));
  EXPECT_EQ(args->Value("sort"), "name");
  EXPECT_THAT(args->args(), ElementsAre("/a", "/b", "-"));
}

TEST(OptionParserTest, ValuesMayBeAttached) {
  for (const char* word : {"-c5", "-c=5", "-fc5"}) {
    Result<ParsedArgs> args = ParseOptions(Options(), {word});
    ASSERT_TRUE(args.ok()) << word << ": " << args.status();
    EXPECT_EQ(args->Value("c"), "5") << word;
  }
  EXPECT_EQ(ParseOptions(Options(), {"--sort=a=b"})->Value("sort"), "a=b");
}

TEST(OptionParserTest, NegativeNumbersAreValues) {
  EXPECT_EQ(ParseOptions(Options(), {"--max", "-1"})->Value("max"), "-1");
}

TEST(OptionParserTest, LongNamesMayBeCutOrHaveOneDash) {
  EXPECT_TRUE(ParseOptions(Options(), {"--recur"})->Has("R"));
  EXPECT_TRUE(ParseOptions(Options(), {"-recursive"})->Has("R"));
}

TEST(OptionParserTest, AfterTwoDashesEverythingIsAnArgument) {
  Result<ParsedArgs> args = ParseOptions(Options(), {"-f", "--", "-R", "--sort"});
  ASSERT_TRUE(args.ok());
  EXPECT_FALSE(args->Has("R"));
  EXPECT_THAT(args->args(), ElementsAre("-R", "--sort"));
}

TEST(OptionParserTest, RepeatedOptionsKeepEveryValue) {
  Result<ParsedArgs> args = ParseOptions(Options(), {"--sort", "a", "--sort=b"});
  EXPECT_THAT(args->Values("sort"), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace alluxio::cli
