#include "worker/service/running.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace alluxio::worker {
namespace {

class Noting : public rpc::StreamHandler {
 public:
  explicit Noting(std::vector<std::string>* said) : said_(said) {}
  void OnMessage(Bytes message, Callback<void()> done) override {
    said_->push_back(std::string(message.view()));
    done();
  }
  void OnHalfClose() override { said_->push_back("half closed"); }
  void OnEnd(const Status& status) override { said_->push_back(status.ok() ? "ok" : "ended"); }

 private:
  std::vector<std::string>* said_;
};

TEST(RunningTest, StreamsAndLoadsCountUntilTheirEnd) {
  Running running;
  std::vector<std::string> said;
  rpc::StreamFactory factory = running.Counted(
      [&](rpc::StreamSinkPtr) { return std::make_unique<Noting>(&said); });
  EXPECT_EQ(running.count(), 0);
  auto first = factory(nullptr);
  auto second = factory(nullptr);
  EXPECT_EQ(running.count(), 2);
  {
    Running::One load(running);
    EXPECT_EQ(running.count(), 3);
  }
  bool taken = false;
  first->OnMessage(Bytes::FromString("a message"), [&] { taken = true; });
  first->OnHalfClose();
  first->OnEnd(OkStatus());
  EXPECT_TRUE(taken);
  EXPECT_EQ(said, (std::vector<std::string>{"a message", "half closed", "ok"}));
  first.reset();
  EXPECT_EQ(running.count(), 1);
  second.reset();
  EXPECT_EQ(running.count(), 0);
}

}  // namespace
}  // namespace alluxio::worker
