#include "cli/shell.h"

#include <gmock/gmock.h>

#include <sstream>

#include "cli/help_text.h"

namespace alluxio::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Command Echo() {
  Command command;
  command.name = "echo";
  command.usage = "echo [-n] <word>";
  command.description = "Says it again.";
  command.options = {{"n", "", "no line end"}};
  command.min_args = 1;
  command.max_args = 1;
  command.run = [](const ParsedArgs& args, Printer& printer) -> Result<int> {
    if (args.arg(0) == "bad") return NotFound("Path \"/bad\" does not exist.");
    printer.Line("{}", args.arg(0));
    return kExitOk;
  };
  return command;
}

class ShellTest : public ::testing::Test {
 protected:
  int Run(const std::vector<std::string>& words) {
    out_.str("");
    err_.str("");
    Printer printer(out_, err_, false);
    Shell shell({"fs", {Echo(), HelpCommand({Echo()})}, {{"say", "echo"}}});
    return shell.Run(words, printer);
  }
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ShellTest, WithoutACommandTheUsageIsShown) {
  EXPECT_EQ(Run({}), -1);
  EXPECT_THAT(out_.str(), StartsWith("Usage: alluxio fs [generic options]\n\t [echo [-n] <word>]"));
}

TEST_F(ShellTest, AnUnknownCommandFails) {
  EXPECT_EQ(Run({"nosuch"}), -1);
  EXPECT_EQ(err_.str(), "nosuch is an unknown command.\n");
}

TEST_F(ShellTest, BadOptionsShowTheUsageOfTheCommand) {
  EXPECT_EQ(Run({"echo", "-z"}), -1);
  EXPECT_EQ(out_.str(),
            "Failed to parse args for echo: Unrecognized option: -z\nUsage: echo [-n] <word>\n"
            "Says it again.\n");
}

TEST_F(ShellTest, TheNumberOfArgumentsIsChecked) {
  EXPECT_EQ(Run({"echo"}), -1);
  EXPECT_THAT(out_.str(), StartsWith("Command echo takes 1 arguments, not 0\n"));
}

TEST_F(ShellTest, AnErrorIsPrintedAndFails) {
  EXPECT_EQ(Run({"echo", "bad"}), -1);
  EXPECT_EQ(out_.str(), "Path \"/bad\" does not exist.\n");
}

TEST_F(ShellTest, AliasesRunTheirCommand) {
  EXPECT_EQ(Run({"say", "hi"}), 0);
  EXPECT_EQ(out_.str(), "hi\n");
}

TEST_F(ShellTest, HelpShowsUsageAndOptions) {
  EXPECT_EQ(Run({"help", "echo"}), 0);
  EXPECT_EQ(out_.str(), "echo: Says it again.\nusage: echo [-n] <word>\n -n   no line end\n\n");
  EXPECT_EQ(Run({"help", "nosuch"}), -1);
  EXPECT_EQ(out_.str(), "nosuch is an unknown command.\n");
}

TEST_F(ShellTest, HelpOptionShowsTheHelpOfTheCommand) {
  EXPECT_EQ(Run({"echo", "--help"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("usage: echo [-n] <word>"));
  EXPECT_EQ(Run({"--help"}), 0);
  EXPECT_THAT(out_.str(), StartsWith("Usage: alluxio fs"));
}

TEST(HelpTextTest, LongLinesAreWrappedAtBlanks) {
  EXPECT_EQ(WrapText("one two three four", 9, 2), "one two\n  three\n  four");
  EXPECT_EQ(WrapText("abcdefghij klm", 5, 1), "abcde\n fghi\n j\n klm");
}

}  // namespace
}  // namespace alluxio::cli
