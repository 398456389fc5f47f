// What every role serves, without a server around it.
#include <gtest/gtest.h>

#include <cmath>

#include "base/log.h"
#include "tests/fixtures/fake_clock.h"
#include "tests/fixtures/temp_folder.h"
#include "web/process_routes.h"

namespace alluxio::web {
namespace {

http::Request Get(const std::string& path,
                  std::map<std::string, std::string, std::less<>> query = {}) {
  return {.method = "GET", .path = path, .query = std::move(query)};
}

class WebTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    auto file = disk_.OpenForWrite(folder_.path() + "/" + name, WriteMode::kTruncate);
    ASSERT_TRUE(file.ok()) << file.status();
    ASSERT_TRUE((*file)->Append(text).ok());
    ASSERT_TRUE((*file)->Close().ok());
  }
  std::string Logs(std::map<std::string, std::string, std::less<>> query) {
    return LogsPage(parts_, Get("/", std::move(query))).body;
  }

  TempFolder folder_;
  Disk& disk_ = Disk::Real();
  conf::Configuration conf_ =
      conf::Configuration::ForTest({{"alluxio.logs.dir", folder_.path()},
                                    {"aws.secretKey", "guess me"}});
  metrics::Registry registry_;
  FakeClock clock_;
  MetricHistory history_{registry_, clock_, false};
  ProcessParts parts_{
      .conf = &conf_, .disk = &disk_, .history = &history_, .api = "/api/v1/master"};
};

TEST_F(WebTest, RoutesAreExactAndTheRestArePages) {
  ASSERT_TRUE(disk_.MakeDirectory(folder_.path() + "/assets").ok());
  Write("index.html", "<html>");
  Write("assets/app-1f.js", "js");
  Pages pages = Pages::Load(folder_.path() + "/", disk_);
  Router router(pages);
  AddProcessRoutes(parts_, &router);
  EXPECT_EQ(router.Handle(Get("/metrics/json/")).status, 200);
  EXPECT_EQ(router.Handle(Get("/metrics/nothing")).status, 404);
  EXPECT_EQ(router.Handle(Get("/api/v1/master/nothing")).status, 404);
  EXPECT_EQ(router.Handle(Get("/api/v1/master/logLevel")).status, 405);
  for (const char* path : {"/", "/index.html", "/browse", "/../../etc/passwd"}) {
    EXPECT_EQ(router.Handle(Get(path)).body, "<html>") << path;
  }
  http::Response script = router.Handle(Get("/assets/app-1f.js"));
  EXPECT_EQ(script.type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script.headers.back().second, "public, max-age=31536000, immutable");
  EXPECT_EQ(router.Handle(Get("/assets/app-2f.js")).status, 404);
}

TEST_F(WebTest, WithoutPagesTheReasonIsShown) {
  http::Response none = Pages::Load(folder_.path(), disk_).Handle(Get("/"));
  EXPECT_EQ(none.status, 404);
  EXPECT_NE(none.body.find(folder_.path()), std::string::npos) << none.body;
}

TEST_F(WebTest, ConfigurationShowsNoSecret) {
  std::string body = ConfigPage(parts_).body;
  EXPECT_EQ(body.find("guess me"), std::string::npos);
  EXPECT_NE(body.find(R"({"left":"alluxio.logs.dir","middle":")" + folder_.path()),
            std::string::npos);
}

TEST_F(WebTest, OnlyLogsInTheFolderOfLogsAreShown) {
  Write("master.log", "one\ntwo\n");
  Write("notes.txt", "private");
  ASSERT_TRUE(disk_.MakeDirectory(folder_.path() + "/below.log").ok());
  std::string list = Logs({});
  EXPECT_NE(list.find("\"ntotalFile\":1"), std::string::npos) << list;
  EXPECT_NE(Logs({{"path", "/master.log"}}).find(R"("fileData":"one\ntwo\n")"), std::string::npos);
  EXPECT_NE(Logs({{"path", "master.log"}, {"offset", "4"}}).find(R"("fileData":"two\n")"),
            std::string::npos);
  EXPECT_NE(Logs({{"path", "master.log"}, {"offset", "4"}, {"end", "1"}, {"limit", "4"}})
                .find(R"("fileData":"two\n")"),
            std::string::npos);
  for (const char* path :
       {"notes.txt", "../x.log", "./master.log", "below.log", "a/../master.log"}) {
    std::string answer = Logs({{"path", path}});
    EXPECT_NE(answer.find("there is no log file"), std::string::npos) << answer;
    EXPECT_NE(answer.find(R"("fileData":"")"), std::string::npos) << answer;
  }
  EXPECT_NE(Logs({{"path", "master.log"}, {"offset", "-1"}}).find("INVALID_ARGUMENT"),
            std::string::npos);
}

TEST_F(WebTest, ALogIsSearchedFromItsEnd) {
  std::string text;
  for (int i = 0; i < 90'000; ++i) {
    text += "line " + std::to_string(i) + (i % 1000 == 7 ? " needle" : " hay") +
            std::string(20, '.') + "\n";
  }
  ASSERT_GT(text.size(), size_t{2} << 20);  // more than one piece
  Write("worker.log", text + "no newline needle");
  std::string found = Logs({{"path", "worker.log"}, {"search", "needle"}, {"limit", "1"}});
  size_t last = found.find(R"("matches":[{"offset":)" + std::to_string(text.size()) +
                           R"(,"line":"no newline needle"})");
  EXPECT_NE(last, std::string::npos) << found.substr(0, 500);
  size_t count = 0;
  for (size_t at = 0; (at = found.find("needle", at + 1)) != std::string::npos;) ++count;
  EXPECT_EQ(count, 91U);
  EXPECT_NE(found.find("line 7 needle"), std::string::npos);
  EXPECT_NE(found.find(R"("searchedAll":true)"), std::string::npos);
}

TEST_F(WebTest, TheLevelOfTheLogChangesOnlyToOneThereIs) {
  LogLevel before = GetLogLevel();
  http::Request request{.method = "POST", .path = "/", .query = {{"logName", "x"}}};
  EXPECT_EQ(LogLevelPage(request).status, 200);
  request.query["level"] = "LOUD";
  EXPECT_EQ(LogLevelPage(request).status, 400);
  EXPECT_EQ(GetLogLevel(), before);
  request.query["level"] = "debug";
  EXPECT_NE(LogLevelPage(request).body.find(R"("level":"DEBUG")"), std::string::npos);
  EXPECT_EQ(GetLogLevel(), LogLevel::kDebug);
  SetLogLevel(before);
}

TEST_F(WebTest, AnHourOfMetricsIsKeptAndNoMore) {
  metrics::Counter& counter = registry_.counter("Master.Things");
  registry_.counter("Master.Never");
  history_.Take();
  for (size_t i = 0; i < MetricHistory::kPoints + 5; ++i) {
    counter.Add();
    history_.Take();
  }
  MetricHistory::Series series = history_.Read();
  EXPECT_EQ(series.points, MetricHistory::kPoints);
  EXPECT_EQ(series.values.count("Master.Never"), 0U);
  const std::vector<float>& things = series.values.at("Master.Things");
  EXPECT_EQ(things.size(), MetricHistory::kPoints);
  EXPECT_EQ(things.front(), 6.0F);
  EXPECT_EQ(things.back(), static_cast<float>(MetricHistory::kPoints + 5));
}

TEST_F(WebTest, NamesBeyondTheBoundAreLeftOut) {
  for (size_t i = 0; i < MetricHistory::kMaxNames + 10; ++i) {
    registry_.counter("Master.N" + std::to_string(1000 + i)).Add();
  }
  history_.Take();
  EXPECT_EQ(history_.Read().values.size(), MetricHistory::kMaxNames);
  EXPECT_NE(MetricsPage(parts_).body.find("\"stepMs\":10000"), std::string::npos);
}

TEST_F(WebTest, ThreadsHaveNames) {
  std::string body = ThreadDump(parts_).body;
  EXPECT_NE(body.find("\"threadName\":\"test.web\""), std::string::npos) << body;
}

}  // namespace
}  // namespace alluxio::web
