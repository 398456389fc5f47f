#include "env/run_program.h"

#include <gtest/gtest.h>

namespace alluxio {
namespace {

TEST(RunProgramTest, TellsOutputErrorsAndExitCode) {
  Result<ProgramOutcome> done = RunProgram({"sh", "-c", "echo out; echo err >&2; cat; exit 3"});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->exit_code, 3);
  EXPECT_EQ(done->output, "out\nerr\n");
  done = RunProgram({"sh", "-c", "kill -9 $$"});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->exit_code, 128 + 9);
}

TEST(RunProgramTest, ArgumentsReachTheProgramAsTheyAre) {
  Result<ProgramOutcome> done = RunProgram({"printf", "%s|", "a b", "$HOME", "*"});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->output, "a b|$HOME|*|");
}

TEST(RunProgramTest, WhatIsNotThereIsNotFound) {
  EXPECT_EQ(RunProgram({"no-such-program-here"}).status().code(), StatusCode::kNotFound);
}

TEST(RunProgramTest, OneThatDoesNotEndIsKilledWithItsChildren) {
  ProgramOptions options;
  options.patience = std::chrono::milliseconds(50);
  Result<ProgramOutcome> done = RunProgram({"sh", "-c", "sleep 600 & sleep 600"}, options);
  EXPECT_EQ(done.status().code(), StatusCode::kDeadlineExceeded);
}

TEST(RunProgramTest, MoreOutputThanWantedIsDropped) {
  ProgramOptions options;
  options.output_bytes = 10;
  Result<ProgramOutcome> done = RunProgram({"sh", "-c", "printf %0200000d 7"}, options);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->output, "0000000000");
}

}  // namespace
}  // namespace alluxio
