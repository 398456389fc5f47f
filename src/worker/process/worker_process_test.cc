#include "worker/process/worker_process.h"

#include <gtest/gtest.h>

#include "env/disk.h"
#include "stub/block_worker_client.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio::worker {
namespace {

conf::Configuration ConfOf(const std::string& folder, int port) {
  return conf::Configuration::ForTest(
      {{"alluxio.master.hostname", "localhost"},
       {"alluxio.master.rpc.port", "1"},  // Nobody there.
       {"alluxio.worker.hostname", "localhost"},
       {"alluxio.worker.rpc.port", std::to_string(port)},
       {"alluxio.worker.web.port", "0"},
       {"alluxio.worker.tieredstore.level0.dirs.path", folder},
       {"alluxio.worker.ramdisk.size", "1MB"}});
}

void Put(const std::string& path, const std::string& data) {
  auto file = Disk::Real().OpenForWrite(path, WriteMode::kTruncate);
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE((*file)->Append(data).ok());
  ASSERT_TRUE((*file)->Close().ok());
}

TEST(WorkerProcessTest, FileInPlaceOfAStorageDirectoryIsAClearError) {
  TempFolder folder;
  Put(folder.path() + "/mem", "a file");
  auto process = WorkerProcess::Start(ConfOf(folder.path() + "/mem", 0));
  ASSERT_FALSE(process.ok());
  EXPECT_NE(process.status().message().find(folder.path() + "/mem"), std::string::npos);
}

TEST(WorkerProcessTest, PortInUseIsAClearError) {
  TempFolder one;
  TempFolder two;
  auto first = WorkerProcess::Start(ConfOf(one.path(), 0));
  ASSERT_TRUE(first.ok()) << first.status();
  int port = (*first)->address().rpc_port;
  auto second = WorkerProcess::Start(ConfOf(two.path(), port));
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.status().message().find(std::to_string(port)), std::string::npos)
      << second.status();
}

TEST(WorkerProcessTest, ServesItsBlocksWhileTheMasterIsAway) {
  TempFolder folder;
  std::string content(3 << 18, 'w');
  ASSERT_TRUE(Disk::Real().MakeDirectories(folder.path() + "/alluxioworker").ok());
  Put(folder.path() + "/alluxioworker/33554432", content);
  auto process = WorkerProcess::Start(ConfOf(folder.path(), 0));
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_FALSE((*process)->registered());
  stub::BlockWorkerClient client((*process)->address(), {});
  stub::BlockReadRequest request;
  request.block_id = 33554432;
  request.length = static_cast<int64_t>(content.size());
  auto stream = client.ReadBlock(request);
  ASSERT_TRUE(stream.ok()) << stream.status();
  std::string read;
  while (read.size() < content.size()) {
    auto data = (*stream)->Next(std::chrono::seconds(10));
    ASSERT_TRUE(data.ok()) << data.status();
    ASSERT_TRUE(data->has_value());
    read += (*data)->view();
  }
  (*stream)->Close();
  EXPECT_EQ(read, content);
  auto local = client.OpenLocalBlock(33554432, false);
  ASSERT_TRUE(local.ok()) << local.status();
  EXPECT_EQ((*local)->Path().value(), folder.path() + "/alluxioworker/33554432");
  auto again = client.OpenLocalBlock(33554432, false).value();
  auto unread = client.OpenLocalBlock(33554432, false).value();  // nobody asks for its path
  (*local)->BeginClose();
  again->BeginClose();
  (*local)->Close();
  again->Close();
  unread->Close();
  EXPECT_EQ(unread->Path().status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(client.OpenLocalBlock(1, false).value()->Path().status().code(),
            StatusCode::kNotFound);
  EXPECT_EQ(client.RemoveBlock(1).code(), StatusCode::kNotFound);
  EXPECT_TRUE(client.RemoveBlock(33554432).ok());
}

}  // namespace
}  // namespace alluxio::worker
