#include "master/service/worker_messages.h"

#include <gtest/gtest.h>

#include "proto/grpc/block_master.pb.h"
#include "proto/grpc/common.pb.h"

namespace alluxio::master {
namespace {

TEST(WorkerMessages, LongListsComeInPieces) {
  grpc::block::RegisterWorkerPRequest request;
  auto* entry = request.add_currentblocks();
  entry->mutable_key()->set_tieralias("SSD");
  entry->mutable_key()->set_mediumtype("NVME");
  for (int i = 0; i < 25'000; ++i) entry->mutable_value()->add_blockid(i);
  (*request.mutable_currentblocksontiers())["MEM"].add_tiers(7);
  std::vector<TierBlocks> pieces = BlocksOf(request);
  ASSERT_EQ(pieces.size(), 4u);
  EXPECT_EQ(pieces[0].blocks.size(), kBlocksAPiece);
  EXPECT_EQ(pieces[2].blocks.size(), 5000u);
  EXPECT_EQ(pieces[2].blocks.back(), 24'999);
  EXPECT_EQ(pieces[2].medium, "NVME");
  EXPECT_EQ(pieces[3].tier, "MEM");
  EXPECT_EQ(pieces[3].blocks, std::vector<BlockId>{7});
}

TEST(WorkerMessages, CommandsKeepTheWiresNumbers) {
  WorkerCommand command;
  command.kind = WorkerCommandKind::kFree;
  command.blocks = {1, 2};
  grpc::Command message;
  WriteCommand(command, &message);
  EXPECT_EQ(message.commandtype(), grpc::Free);
  EXPECT_EQ(message.data_size(), 2);
  grpc::Command nothing;
  WriteCommand(WorkerCommand{}, &nothing);
  EXPECT_EQ(nothing.commandtype(), grpc::Nothing);
}

}  // namespace
}  // namespace alluxio::master
