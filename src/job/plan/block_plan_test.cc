// The streams were written by Alluxio 2.9.6's own classes.
#include "job/plan/block_plan.h"

#include <gtest/gtest.h>

#include "job/plan/command.h"

namespace alluxio::job {
namespace {

constexpr char kSetReplica[] =
    "aced00057372002b616c6c7578696f2e6a6f622e706c616e2e7265706c69636174652e5365745265706c6963"
    "61436f6e6669671917107c1f177ac20200034a00086d426c6f636b49644900096d5265706c696361734c0005"
    "6d506174687400124c6a6176612f6c616e672f537472696e673b78700000000001000000000000037400042f"
    "612f62";
constexpr char kMove[] =
    "aced000573720025616c6c7578696f2e6a6f622e706c616e2e7265706c69636174652e4d6f7665436f6e6669"
    "67b7dbdc22b94f5d1d0200044a00086d426c6f636b49644c000b6d4d656469756d547970657400124c6a6176"
    "612f6c616e672f537472696e673b4c00056d5061746871007e00014c000b6d576f726b6572486f737471007e"
    "0001787000000000010000017400035353447400042f612f627400026831";

std::string Bytes(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

BlockPlan Read(const std::string& java) {
  Result<std::optional<BlockPlan>> plan = ReadBlockPlan(java);
  EXPECT_TRUE(plan.ok() && plan->has_value()) << plan.status();
  return plan.ok() && plan->has_value() ? **plan : BlockPlan();
}

TEST(BlockPlanTest, ThePlansOfAJavaMasterAreRead) {
  const auto replicas = std::get<ReplicasPlan>(Read(Bytes(kSetReplica)));
  EXPECT_EQ(replicas.path, "/a/b");
  EXPECT_EQ(replicas.block, 16777216);
  EXPECT_EQ(replicas.replicas, 3);
  const auto move = std::get<MovePlan>(Read(Bytes(kMove)));
  EXPECT_EQ(move.path, "/a/b");
  EXPECT_EQ(move.block, 16777217);
  EXPECT_EQ(move.host, "h1");
  EXPECT_EQ(move.medium, "SSD");
}

TEST(BlockPlanTest, OursAreReadAgain) {
  // No repeated text in it, so that the bytes are Java's own.
  EXPECT_EQ(WriteBlockPlan(ReplicasPlan{"/a/b", 16777216, 3}), Bytes(kSetReplica));
  const auto move = std::get<MovePlan>(Read(WriteBlockPlan(MovePlan{"/\xc3\xa9", 7, "h", "HDD"})));
  EXPECT_EQ(move.path, "/\xc3\xa9");
  EXPECT_EQ(move.block, 7);
  EXPECT_EQ(move.host, "h");
  EXPECT_EQ(move.medium, "HDD");
}

TEST(BlockPlanTest, WhatMakesNoSenseIsRefused) {
  for (const BlockPlan& plan : {BlockPlan(ReplicasPlan{"a", 1, 1}),
                                BlockPlan(ReplicasPlan{"/a", 0, 1}),
                                BlockPlan(ReplicasPlan{"/a", 1, -1}),
                                BlockPlan(MovePlan{"/a", 1, "", "SSD"}),
                                BlockPlan(MovePlan{"/a", 1, "h", ""})}) {
    EXPECT_TRUE(ReadBlockPlan(WriteBlockPlan(plan)).status().Is(StatusCode::kInvalidArgument))
        << DescriptionOf(plan);
  }
  EXPECT_TRUE(ReadBlockPlan("nothing").status().Is(StatusCode::kInvalidArgument));
}

TEST(BlockPlanTest, AnotherPlanIsNoneOfThese) {
  Result<std::optional<BlockPlan>> other = ReadBlockPlan(WriteCommand(LoadCommand{.path = "/a"}));
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_FALSE(other->has_value());
}

}  // namespace
}  // namespace alluxio::job
