#include "worker/service/stream_work.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "tests/fixtures/test_worker.h"

namespace alluxio::worker {
namespace {

// Runs what it was given when the test says so.
class HeldExecutor final : public Executor {
 public:
  Status Submit(Callback<void()> work) override {
    held.push_back(std::move(work));
    return OkStatus();
  }
  void Stop() override {}
  void RunAll() {
    while (!held.empty()) {
      Callback<void()> work = std::move(held.front());
      held.pop_front();
      work();
    }
  }
  std::deque<Callback<void()>> held;
};

// What happened, in order.
struct Told {
  std::vector<std::string> events;
};

// Takes messages that begin with '!' at once; "!bad" is an error.
class QuickWork final : public StreamWork {
 public:
  explicit QuickWork(Told& told) : told_(told) {}
  Status OnMessage(const Bytes& message) override {
    told_.events.push_back("posted " + std::string(message.view()));
    return OkStatus();
  }
  std::optional<Status> TryMessage(const Bytes& message) override {
    if (message.view().substr(0, 1) != "!") return std::nullopt;
    told_.events.push_back("quick " + std::string(message.view()));
    return message.view() == "!bad" ? InvalidArgument("bad") : OkStatus();
  }
  Status OnHalfClose() override { return OkStatus(); }
  void OnEnd() override { told_.events.push_back("end"); }

 private:
  Told& told_;
};

class StreamWorkTest : public ::testing::Test {
 protected:
  ~StreamWorkTest() override {
    handler_->OnEnd(OkStatus());
    executor_.RunAll();
    EXPECT_EQ(told_.events.back(), "end");
  }
  void Send(const std::string& text) {
    handler_->OnMessage(Bytes::FromString(text), [this] { ++done_; });
  }

  HeldExecutor executor_;
  Told told_;
  int done_ = 0;
  std::shared_ptr<RecordingSink> sink_ = std::make_shared<RecordingSink>();
  std::unique_ptr<rpc::StreamHandler> handler_ =
      OffTransport(executor_, [this](rpc::StreamSinkPtr) {
        return std::make_unique<QuickWork>(told_);
      })(sink_);
};

TEST_F(StreamWorkTest, QuickMessagesNeedNoExecutorOnceTheStreamIsOpen) {
  Send("!first");  // opens the stream, so it is never quick
  executor_.RunAll();
  Send("!second");
  EXPECT_TRUE(executor_.held.empty());
  EXPECT_EQ(done_, 2);
  EXPECT_EQ(told_.events, (std::vector<std::string>{"posted !first", "quick !second"}));
}

TEST_F(StreamWorkTest, NothingOvertakesWhatIsUnderWay) {
  Send("open");
  Send("!quick");
  EXPECT_TRUE(told_.events.empty());
  executor_.RunAll();
  EXPECT_EQ(told_.events, (std::vector<std::string>{"posted open", "posted !quick"}));
  EXPECT_EQ(done_, 2);
}

TEST_F(StreamWorkTest, AnErrorEndsTheStreamAndNothingLaterIsLookedAt) {
  Send("open");
  executor_.RunAll();
  Send("!bad");
  EXPECT_EQ(sink_->AwaitFinish().code(), StatusCode::kInvalidArgument);
  Send("!late");
  Send("late");
  executor_.RunAll();
  EXPECT_EQ(told_.events, (std::vector<std::string>{"posted open", "quick !bad"}));
  EXPECT_EQ(done_, 4);  // whoever sends is never left waiting
}

}  // namespace
}  // namespace alluxio::worker
