#include "job/master/command_counts.h"

#include <gtest/gtest.h>

#include "metrics/registry.h"

namespace alluxio::job {
namespace {

int64_t Value(const std::string& name) {
  return metrics::Registry::Process().counter("Master." + name).Value();
}

TEST(CommandCountsTest, EveryKindHasItsOwn) {
  CommandCounts counts;
  int64_t files = Value("JobDistributedLoadFileCount"), moved = Value("MigrateJobFileSize");
  counts.Finished(LoadCommand{},
                  {.state = JobState::kCompleted, .files_done = 7, .bytes_done = 70});
  counts.Finished(LoadCommand{}, {.state = JobState::kFailed, .files_done = 2});
  counts.Finished(CopyCommand{}, {.state = JobState::kCanceled, .bytes_done = 5});
  counts.Finished(PersistCommand{}, {.state = JobState::kCompleted, .files_done = 1});
  EXPECT_EQ(Value("JobDistributedLoadSuccess"), 1);
  EXPECT_EQ(Value("JobDistributedLoadFail"), 1);
  EXPECT_EQ(Value("JobDistributedLoadFileCount"), files + 9);
  EXPECT_EQ(Value("JobDistributedLoadFileSizes"), 70);
  EXPECT_EQ(Value("MigrateJobCancel"), 1);
  EXPECT_EQ(Value("MigrateJobFileSize"), moved + 5);
  EXPECT_EQ(Value("AsyncPersistSuccess"), 1);
}

}  // namespace
}  // namespace alluxio::job
