#include "cli/tool/run_ufs_io.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "env/disk.h"
#include "tests/fixtures/temp_folder.h"
#include "ufs/all/all_adapters.h"

namespace alluxio::cli {
namespace {

using ::testing::HasSubstr;

class RunUfsIoTest : public ::testing::Test {
 protected:
  int Run(const std::vector<std::string>& words) {
    return RunUfsIo(words, *ufs::AllAdapters::Create(), Clock::Real(), printer_);
  }

  std::ostringstream out_, err_;
  Printer printer_{out_, err_, false};
};

TEST_F(RunUfsIoTest, BothDirectionsAreMeasuredAndNothingStays) {
  TempFolder folder;
  EXPECT_EQ(Run({"--path", folder.path(), "--io-size", "5M", "--threads", "2"}), 0) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("\"ioSizeBytes\":5242880"));
  EXPECT_THAT(out_.str(), HasSubstr("\"writeSpeedStat\":{\"totalDurationSeconds\":"));
  EXPECT_THAT(out_.str(), HasSubstr("\"totalSizeBytes\":10485760"));
  EXPECT_THAT(out_.str(), HasSubstr("\"readErrors\":[]"));
  EXPECT_TRUE(Disk::Real().List(folder.path())->empty());
}

TEST_F(RunUfsIoTest, WrongArgumentsSaySo) {
  EXPECT_EQ(Run({}), -1);
  EXPECT_THAT(err_.str(), HasSubstr("Missing required option: path"));
  EXPECT_EQ(Run({"--path", "/tmp", "--threads", "0"}), -1);
  EXPECT_EQ(Run({"--path", "/tmp", "--cluster"}), -1);
  EXPECT_EQ(Run({"--path", "/no/such/folder", "--io-size", "1"}), 1);
}

}  // namespace
}  // namespace alluxio::cli
