// BlockWorkerClient against a scripted worker on a real socket.
#include "stub/block_worker_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/mutex.h"
#include "proto/grpc/block_worker.pb.h"
#include "rpc/service.h"

namespace alluxio::stub {
namespace {

namespace block = grpc::block;
using std::chrono_literals::operator""s;

const std::string kService = "/alluxio.grpc.block.BlockWorker/";

struct Script {
  Mutex mutex{LockRank::kLeaf};
  CondVar changed;
  std::string content = "0123456789";  // of every block
  int64_t chunk = 4;
  std::vector<int64_t> file_ends = {6, 10};
  std::vector<int64_t> acknowledged GUARDED_BY(mutex);
  std::string written GUARDED_BY(mutex);
  block::WriteRequestCommand first GUARDED_BY(mutex);
  int commits GUARDED_BY(mutex) = 0;
  int cancels GUARDED_BY(mutex) = 0;
};

class Reader : public rpc::StreamHandler {
 public:
  Reader(rpc::StreamSinkPtr sink, Script* script) : sink_(std::move(sink)), script_(script) {}
  void OnMessage(Bytes message, Callback<void()> done) override {
    block::ReadRequest request;
    ASSERT_TRUE(request.ParseFromArray(message.data(), static_cast<int>(message.size())));
    if (request.has_offset_received()) {
      MutexLock lock(script_->mutex);
      script_->acknowledged.push_back(request.offset_received());
    } else if (request.block_id() == 404) {
      sink_->Finish(NotFound("Block 404 not found"));
    } else if (request.in_file() || request.block_id() == 406) {
      ServeFile();
    } else {
      Serve(request);
    }
    done();
  }
  void OnHalfClose() override { sink_->Finish(OkStatus()); }
  void OnEnd(const Status& status) override {
    MutexLock lock(script_->mutex);
    if (!status.ok()) ++script_->cancels;
    script_->changed.NotifyAll();
  }

 private:
  void Serve(const block::ReadRequest& request) {
    const bool honest = request.block_id() != 405;
    std::string data =
        script_->content.substr(request.offset(), honest ? request.length() : std::string::npos);
    for (size_t at = 0; at < data.size(); at += script_->chunk) {
      block::ReadResponse response;
      response.mutable_chunk()->set_data(data.substr(at, script_->chunk));
      rpc::SendMessage(*sink_, response);
    }
    sink_->Finish(OkStatus());
  }

  // Two bytes as bytes, then what is in a file; ends when the client does.
  void ServeFile() {
    block::ReadResponse response;
    response.mutable_chunk()->set_data(script_->content.substr(0, 2));
    rpc::SendMessage(*sink_, response);
    for (int64_t end : script_->file_ends) {
      block::ReadResponse part;
      part.mutable_file_part()->set_path("/the/file");
      part.mutable_file_part()->set_end(end);
      rpc::SendMessage(*sink_, part);
    }
  }

  const rpc::StreamSinkPtr sink_;
  Script* const script_;
};

class Writer : public rpc::StreamHandler {
 public:
  Writer(rpc::StreamSinkPtr sink, Script* script) : sink_(std::move(sink)), script_(script) {}
  void OnMessage(Bytes message, Callback<void()> done) override {
    block::WriteRequest request;
    ASSERT_TRUE(request.ParseFromArray(message.data(), static_cast<int>(message.size())));
    if (request.command().flush()) {
      block::WriteResponse response;
      response.set_offset(request.command().offset());
      rpc::SendMessage(*sink_, response);
    } else {
      MutexLock lock(script_->mutex);
      if (request.has_command()) script_->first = request.command();
      script_->written += request.chunk().data();
    }
    done();
  }
  void OnHalfClose() override {
    {
      MutexLock lock(script_->mutex);
      ++script_->commits;
    }
    block::WriteResponse response;
    response.set_contenthash("hash");
    rpc::SendMessage(*sink_, response);
    sink_->Finish(OkStatus());
  }
  void OnEnd(const Status& status) override {
    MutexLock lock(script_->mutex);
    if (!status.ok()) ++script_->cancels;
    script_->changed.NotifyAll();
  }

 private:
  const rpc::StreamSinkPtr sink_;
  Script* const script_;
};

class BlockWorkerClientTest : public testing::Test {
 protected:
  BlockWorkerClientTest() {
    methods_.AddStream(kService + "ReadBlock", {}, [this](rpc::StreamSinkPtr sink) {
      return std::make_unique<Reader>(std::move(sink), &script_);
    });
    methods_.AddStream(kService + "WriteBlock", {}, [this](rpc::StreamSinkPtr sink) {
      return std::make_unique<Writer>(std::move(sink), &script_);
    });
    rpc::ServerOptions options;
    options.bind_host = "127.0.0.1";
    Result<std::unique_ptr<rpc::Server>> server = rpc::Server::Start(options, methods_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = std::move(*server);
    WorkerNetAddress address;
    address.host = "127.0.0.1";
    address.data_port = server_->port();
    ConnectionOptions connection;
    connection.user = "alice";
    client_ = std::make_unique<BlockWorkerClient>(address, connection);
  }

  Script script_;
  rpc::MethodTable methods_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<BlockWorkerClient> client_;
};

TEST_F(BlockWorkerClientTest, MissingBlockIsTheWorkersError) {
  BlockReadRequest request;
  request.block_id = 404;
  request.length = 1;
  auto stream = client_->ReadBlock(request);
  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_EQ((*stream)->Next().status().ToString(), "NOT_FOUND: Block 404 not found");
}

TEST_F(BlockWorkerClientTest, ShortBlockIsOutOfRange) {
  BlockReadRequest request;
  request.block_id = 1;
  request.length = 20;
  auto stream = client_->ReadBlock(request);
  ASSERT_TRUE(stream.ok()) << stream.status();
  Result<std::optional<Bytes>> next = (*stream)->Next();
  while (next.ok() && *next) next = (*stream)->Next();
  EXPECT_TRUE(next.status().Is(StatusCode::kOutOfRange)) << next.status();
}

TEST_F(BlockWorkerClientTest, WorkerThatSendsTooMuchIsRefused) {
  BlockReadRequest request;
  request.block_id = 405;
  request.length = 3;
  auto stream = client_->ReadBlock(request);
  ASSERT_TRUE(stream.ok()) << stream.status();
  Result<std::optional<Bytes>> next = (*stream)->Next();
  EXPECT_TRUE(next.status().Is(StatusCode::kInternal)) << next.status();
}

TEST_F(BlockWorkerClientTest, PartsInFilesAreAcknowledgedWhenTheyWereRead) {
  BlockReadRequest request;
  request.block_id = 1;
  request.length = 10;
  request.in_file = true;
  auto stream = client_->ReadBlock(request);
  ASSERT_TRUE(stream.ok()) << stream.status();
  auto part = (*stream)->NextPart();
  ASSERT_TRUE(part.ok() && *part) << part.status();
  EXPECT_EQ((*part)->bytes.view(), "01");
  EXPECT_EQ((*part)->end, 2);
  part = (*stream)->NextPart();
  ASSERT_TRUE(part.ok() && *part) << part.status();
  EXPECT_EQ((*part)->path, "/the/file");
  EXPECT_EQ((*part)->end, 6);
  part = (*stream)->NextPart();
  ASSERT_TRUE(part.ok() && *part) << part.status();
  EXPECT_EQ((*part)->end, 10);
  part = (*stream)->NextPart();
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_FALSE(*part);
  MutexLock lock(script_.mutex);
  EXPECT_EQ(script_.acknowledged, (std::vector<int64_t>{2, 6}));
}

TEST_F(BlockWorkerClientTest, PartsThatCannotBeAreRefused) {
  for (std::vector<int64_t> ends : {std::vector<int64_t>{11}, {2}, {-1}}) {
    script_.file_ends = ends;
    BlockReadRequest request;
    request.block_id = 1;
    request.length = 10;
    request.in_file = true;
    auto stream = client_->ReadBlock(request);
    ASSERT_TRUE(stream.ok() && (*stream)->NextPart().ok());
    EXPECT_TRUE((*stream)->NextPart().status().Is(StatusCode::kInternal)) << ends[0];
  }
  // Nor a file that was not asked for.
  BlockReadRequest request;
  request.block_id = 406;
  request.length = 10;
  auto stream = client_->ReadBlock(request);
  ASSERT_TRUE(stream.ok() && (*stream)->Next().ok());
  EXPECT_TRUE((*stream)->Next().status().Is(StatusCode::kInternal));
}

TEST_F(BlockWorkerClientTest, ReadsARangeInChunks) {
  BlockReadRequest request;
  request.block_id = 1;
  request.offset = 1;
  request.length = 8;
  auto stream = client_->ReadBlock(request);
  ASSERT_TRUE(stream.ok()) << stream.status();
  std::string all;
  for (;;) {
    Result<std::optional<Bytes>> next = (*stream)->Next();
    ASSERT_TRUE(next.ok()) << next.status();
    if (!*next) break;
    all += (*next)->view();
  }
  EXPECT_EQ(all, "12345678");
}

TEST_F(BlockWorkerClientTest, WriteFlushesAndCommits) {
  BlockWriteRequest request;
  request.block_id = 7;
  request.pin = true;
  request.space_to_reserve = 64;
  auto stream = client_->WriteBlock(request);
  ASSERT_TRUE(stream.ok()) << stream.status();
  std::string big(3 * kMaxChunkBytes + 5, 'x');
  ASSERT_TRUE((*stream)->Write(Bytes::FromString(big)).ok());
  Status flushed = (*stream)->Flush();
  ASSERT_TRUE(flushed.ok()) << flushed;
  {
    MutexLock lock(script_.mutex);
    EXPECT_EQ(script_.written, big);
    EXPECT_EQ(script_.first.id(), 7);
    EXPECT_TRUE(script_.first.pin_on_create());
    EXPECT_EQ(script_.commits, 0);
  }
  Status closed = (*stream)->Close();
  ASSERT_TRUE(closed.ok()) << closed;
  EXPECT_EQ((*stream)->content_hash(), "hash");
  EXPECT_FALSE((*stream)->Write(Bytes::FromString("x")).ok());
  MutexLock lock(script_.mutex);
  EXPECT_EQ(script_.commits, 1);
}

TEST_F(BlockWorkerClientTest, DroppedWriteIsCancelledNotCommitted) {
  {
    auto stream = client_->WriteBlock(BlockWriteRequest{});
    ASSERT_TRUE(stream.ok()) << stream.status();
    ASSERT_TRUE((*stream)->Write(Bytes::FromString("abc")).ok());
  }
  MutexLock lock(script_.mutex);
  for (int i = 0; i < 3000 && script_.cancels == 0; ++i) {
    script_.changed.WaitFor(script_.mutex, std::chrono::milliseconds(20));
  }
  EXPECT_EQ(script_.cancels, 1);
  EXPECT_EQ(script_.commits, 0);
}

TEST_F(BlockWorkerClientTest, CallsTheWorkerDoesNotServeSaySo) {
  Status status = client_->RemoveBlock(1);
  EXPECT_TRUE(status.Is(StatusCode::kFailedPrecondition)) << status;
}

}  // namespace
}  // namespace alluxio::stub
