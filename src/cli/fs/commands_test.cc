#include "cli/fs/commands.h"

#include <gmock/gmock.h>

#include <iterator>
#include <sstream>

#include "cli/fs/path_arg.h"
#include "cli/shell.h"
#include "tests/fixtures/fake_file_system.h"

namespace alluxio::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class FsCommandsTest : public ::testing::Test {
 protected:
  FsCommandsTest() {
    context_.fs = &fs_;
    context_.local = &Disk::Real();
    context_.clock = &Clock::Real();
    context_.date_pattern = "'then'";  // times of day depend on the machine
    fs_.AddFolder("/d");
    fs_.AddFile("/d/a", "hello").persistence = PersistenceState::kPersisted;
    fs_.AddFile("/d/b", "");
    fs_.AddFolder("/d/sub");
    fs_.AddFile("/d/sub/c", std::string(6000, 'x')).pinned = true;
  }
  int Run(const std::vector<std::string>& words) {
    out_.str("");
    err_.str("");
    Printer printer(out_, err_, false);
    return Shell({"fs", FsCommands(context_), {{"umount", "unmount"}}}).Run(words, printer);
  }
  FakeFileSystem fs_;
  FsContext context_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(FsCommandsTest, AMissingPathFailsWithTheMastersText) {
  EXPECT_EQ(Run({"ls", "/nope"}), -1);
  EXPECT_EQ(out_.str(), "Path \"/nope\" does not exist.\n");
  EXPECT_EQ(Run({"ls", "/nope*"}), -1);
  EXPECT_EQ(out_.str(), "/nope* does not exist.\n");
}

TEST_F(FsCommandsTest, EveryCommandHasExamplesThatItsParserTakes) {
  for (const Command& command : FsCommands(context_)) {
    EXPECT_FALSE(command.examples.empty()) << command.name;
    for (const std::string& example : command.examples) {
      std::istringstream line(example.substr(0, example.find(" && ")));
      std::vector<std::string> words{std::istream_iterator<std::string>(line), {}};
      ASSERT_GE(words.size(), 3u) << example;
      EXPECT_EQ(words[2], command.name);
      Result<ParsedArgs> args = ParseOptions(command.options, {words.begin() + 3, words.end()});
      ASSERT_TRUE(args.ok()) << example << ": " << args.status().ToString();
      EXPECT_TRUE(ValidateArgs(command, *args).ok()) << example;
    }
  }
}

TEST_F(FsCommandsTest, HelpOptionShowsExamplesAndHelpDoesNot) {
  EXPECT_EQ(Run({"mv", "--help"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("examples:\n  alluxio fs mv /data/part-0 /data/part-1\n"));
  EXPECT_EQ(Run({"help", "mv"}), 0);
  EXPECT_THAT(out_.str(), Not(HasSubstr("examples")));
}

TEST_F(FsCommandsTest, CatRefusesDirectories) {
  EXPECT_EQ(Run({"cat", "/d"}), -1);
  EXPECT_EQ(out_.str(), "Path \"/d\" must be a file.\n");
}

TEST_F(FsCommandsTest, WildcardsGoOnAfterAnError) {
  EXPECT_EQ(Run({"cat", "/d/*"}), -1);
  // `*` also stands for several components, but a folder that matches is not entered.
  EXPECT_EQ(out_.str(), "helloPath \"/d/sub\" must be a file.\n");
}

TEST_F(FsCommandsTest, RmNeedsAFlagForDirectories) {
  EXPECT_EQ(Run({"rm", "/d"}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("please use \"rm -R/-r/--recursive <path>\""));
  EXPECT_THAT(fs_.calls, IsEmpty());
  EXPECT_EQ(Run({"rm", "-R", "/d"}), 0);
  EXPECT_THAT(fs_.calls, ElementsAre("delete /d recursive=1"));
}

TEST_F(FsCommandsTest, RmTellsTheMasterWhetherToSyncTheParent) {
  EXPECT_EQ(Run({"rm", "--alluxioOnly", "/d/a"}), 0);
  EXPECT_EQ(out_.str(), "/d/a has been removed only from Alluxio space\n");
  EXPECT_EQ(fs_.last_delete.sync_parent_next_time, false);
  EXPECT_EQ(Run({"rm", "--alluxioOnly", "-s", "true", "/d/b"}), 0);
  EXPECT_EQ(fs_.last_delete.sync_parent_next_time, true);
}

TEST_F(FsCommandsTest, SyncDirNextTimeAsksForTheUnderStoreAgain) {
  EXPECT_EQ(Run({"syncDirNextTime", "true", "/d"}), 0);
  EXPECT_EQ(out_.str(),
            "Successfully marked the dir /d to trigger metadata sync on next access\n");
  EXPECT_EQ(fs_.last_attributes.children_loaded, false);
  EXPECT_EQ(Run({"syncDirNextTime", "false", "/d"}), 0);
  EXPECT_EQ(fs_.last_attributes.children_loaded, true);
  EXPECT_EQ(Run({"syncDirNextTime", "/d"}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("takes 2 arguments, not 1"));
}

TEST_F(FsCommandsTest, LsLeavesMountsOutWhenAsked) {
  EXPECT_EQ(Run({"ls", "/d"}), 0);
  EXPECT_FALSE(fs_.last_list.exclude_mount_info);
  EXPECT_EQ(Run({"ls", "--omit-mount-info", "/d"}), 0);
  EXPECT_TRUE(fs_.last_list.exclude_mount_info);
}

TEST_F(FsCommandsTest, SetTtlRefusesWrongTimesAndActions) {
  EXPECT_EQ(Run({"setTtl", "/d/a", "5x"}), -1);
  EXPECT_EQ(out_.str(), "5x is not valid time\n");
  EXPECT_EQ(Run({"setTtl", "--action", "burn", "/d/a", "5"}), -1);
  EXPECT_THAT(out_.str(), HasSubstr("TTL action should be DELETE OR FREE, not burn\n"));
}

TEST_F(FsCommandsTest, LsHasTheColumnsOfAlluxio) {
  ASSERT_EQ(Run({"ls", "/d"}), 0);
  EXPECT_EQ(out_.str(),
            "-rw-r--r--  alice          staff                        5       PERSISTED            "
            "        then 100% /d/a \n"
            "-rw-r--r--  alice          staff                        0   NOT_PERSISTED            "
            "        then 100% /d/b \n"
            "drwxr-xr-x  alice          staff                        0   NOT_PERSISTED            "
            "        then  DIR /d/sub\n");
}

TEST_F(FsCommandsTest, LsSortsAndFilters) {
  ASSERT_EQ(Run({"ls", "-Rp", "-h", "/d"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr(" 5.86KB "));
  EXPECT_THAT(out_.str(), testing::Not(HasSubstr("/d/a")));
  ASSERT_EQ(Run({"ls", "--sort=size", "-r", "/d"}), 0);
  EXPECT_LT(out_.str().find("/d/a"), out_.str().find("/d/b"));
  EXPECT_EQ(Run({"ls", "--sort=colour", "/d"}), -1);
  EXPECT_EQ(out_.str(), "Invalid sort option `colour` for --sort\n");
}

TEST_F(FsCommandsTest, CountAndDuAddUp) {
  ASSERT_EQ(Run({"count", "/d"}), 0);
  EXPECT_EQ(out_.str(),
            "File Count               Folder Count             Folder Size    \n"
            "3                        1                        6005           \n");
  ASSERT_EQ(Run({"du", "-s", "/d"}), 0);
  EXPECT_EQ(out_.str(),
            "File Size     In Alluxio       Path\n"
            "6005          6005 (100%)      /d\n");
}

TEST_F(FsCommandsTest, TestAnswersByExitCode) {
  EXPECT_EQ(Run({"test", "-d", "/d"}), 0);
  EXPECT_EQ(Run({"test", "-f", "/d"}), 1);
  EXPECT_EQ(Run({"test", "-e", "/nope"}), 3);
  EXPECT_EQ(Run({"test", "-z", "/d/b"}), 0);
  EXPECT_EQ(Run({"test", "-d", "-f", "/d"}), -1);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(FsCommandsTest, HeadAndTailPrintTheEnds) {
  ASSERT_EQ(Run({"head", "-c", "2", "/d/a"}), 0);
  EXPECT_EQ(out_.str(), "he");
  ASSERT_EQ(Run({"tail", "-c", "2", "/d/a"}), 0);
  EXPECT_EQ(out_.str(), "lo");
  EXPECT_EQ(Run({"head", "-c", "0", "/d/a"}), -1);
  EXPECT_EQ(out_.str(), "specified bytes must be > 0\n");
}

TEST_F(FsCommandsTest, ModesAreOctalOrSymbolic) {
  ASSERT_EQ(Run({"chmod", "u=rwx,go=rx", "/d"}), 0);
  EXPECT_EQ(out_.str(), "Changed permission of /d to 755\n");
  EXPECT_EQ(fs_.last_attributes.mode->bits, 0755);
  EXPECT_EQ(Run({"chmod", "999", "/d"}), -1);
}

TEST_F(FsCommandsTest, ChecksumIsMd5) {
  ASSERT_EQ(Run({"checksum", "/d/a"}), 0);
  EXPECT_EQ(out_.str(), "md5sum: 5d41402abc4b2a76b9719d911017c592\n\n");
}

TEST_F(FsCommandsTest, CpCopiesTreesOnlyWhenAsked) {
  EXPECT_EQ(Run({"cp", "/d", "/e"}), -1);
  ASSERT_EQ(Run({"cp", "-R", "/d", "/e"}), 0);
  EXPECT_EQ(fs_.content["/e/a"], "hello");
  EXPECT_EQ(fs_.content["/e/sub/c"].size(), 6000u);
  EXPECT_THAT(out_.str(), HasSubstr("Created directory: /e\nCopied /d/a to /e/a\n"));
}

TEST_F(FsCommandsTest, AclEntriesAreRead) {
  ASSERT_EQ(Run({"setfacl", "-m", "user:bob:rw-,default:other::---", "/d"}), 0);
  ASSERT_EQ(fs_.last_acl.size(), 2u);
  EXPECT_EQ(fs_.last_acl[0], (AclEntry{AclEntryType::kNamedUser, "bob", Bits::kReadWrite, false}));
  EXPECT_TRUE(fs_.last_acl[1].is_default);
  EXPECT_EQ(Run({"setfacl", "-m", "user:bob", "/d"}), -1);
  EXPECT_EQ(Run({"setfacl", "/d"}), -1);
  EXPECT_EQ(out_.str(), "No actions specified.\n");
}

TEST_F(FsCommandsTest, SchemeAndAuthorityAreShownAsTyped) {
  ASSERT_EQ(Run({"mkdir", "alluxio://m:19998//x/"}), 0);
  EXPECT_EQ(out_.str(), "Successfully created directory alluxio://m:19998/x\n");
}

TEST(WildcardTest, AStarStandsForAnything) {
  EXPECT_TRUE(MatchesWildcard("/a/*", "/a/b"));
  EXPECT_TRUE(MatchesWildcard("/a*c", "/a/b/c"));
  EXPECT_TRUE(MatchesWildcard("/*.txt", "/x.txt"));
  EXPECT_FALSE(MatchesWildcard("/*.txt", "/xtxt"));
  EXPECT_FALSE(MatchesWildcard("/a", "/ab"));
}

}  // namespace
}  // namespace alluxio::cli
