#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alluxio::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Command Leaf(std::string name, std::string usage) {
  Command command;
  command.name = std::move(name);
  command.usage = std::move(usage);
  command.description = "It's one: of them. More.";
  return command;
}

TEST(CompletionTest, OptionsComeFromTheListAndFromTheUsage) {
  Command ls = Leaf("ls", "ls [-d|-f] [--sort=<option>] <path> ...");
  ls.options = {{"R", "", ""}, {"", "json", ""}};
  EXPECT_THAT(WordsAfter(ls), ElementsAre("--help", "--json", "--sort", "-R", "-d", "-f"));
  Command tree = Leaf("fs", "fs <command>");
  tree.subcommands = {ls, Leaf("cat", "cat <a-path>")};
  EXPECT_THAT(WordsAfter(tree), ElementsAre("--help", "cat", "ls"));
  EXPECT_THAT(WordsAfter(tree.subcommands[1]), ElementsAre("--help"));
}

TEST(CompletionTest, ScriptsNameEveryCommandOfTheTree) {
  Command tree = Leaf("fs", "fs <command>");
  tree.subcommands = {Leaf("ls", "ls [-R] <path>")};
  std::string bash = BashCompletion("alluxio", {tree, Leaf("version", "version [-r]")});
  EXPECT_THAT(bash, HasSubstr("' fs' | ' fs ls' | ' version'"));
  EXPECT_THAT(bash, HasSubstr("' fs ls') words='--help -R'"));
  EXPECT_THAT(bash, HasSubstr("'') words='fs version --help'"));
  std::string zsh = ZshCompletion("alluxio", {tree, Leaf("version", "version [-r]")});
  EXPECT_THAT(zsh, HasSubstr("' fs') words_here=( 'ls:It s one  of them')"));
  EXPECT_THAT(zsh, HasSubstr("' version') compadd -- --help -r"));
}

}  // namespace
}  // namespace alluxio::cli
