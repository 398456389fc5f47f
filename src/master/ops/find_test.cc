// A search finds what the recursive listing of the same visitor has, filtered by the test.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "env/rng.h"
#include "tests/fixtures/master_harness.h"

namespace alluxio::master {
namespace {

using Paths = std::vector<std::string>;
constexpr int kInodes = 4000;  // several slices of a walk

std::string Small(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

class FindTest : public ::testing::Test {
 protected:
  FindTest() : master_(journal_, folder_.path()) {
    rng_ = Rng::Seeded(seed_);
    Paths folders = {""};
    for (int i = 0; i < kInodes; ++i) {
      std::string path = folders[rng_->Below(folders.size())] + "/" + Name();
      if (rng_->Below(10) == 0) {
        if (MakeFolder(path)) folders.push_back(path);
      } else {
        MakeFile(path);
      }
    }
  }

  std::string Name() {
    static constexpr std::string_view kLetters = "abABxy.Z";
    std::string name = "n";
    for (uint64_t left = 1 + rng_->Below(6); left > 0; --left) {
      name += kLetters[rng_->Below(kLetters.size())];
    }
    return name;
  }
  std::unique_ptr<OpContext> Ctx(const std::string& user = "root") {
    return master_.Context(true, user);
  }
  bool MakeFolder(const std::string& path) {
    return master_.ops.CreateDirectory(*Ctx(), path, {}).ok();
  }
  void MakeFile(const std::string& path) {
    CreateFileOptions options;
    options.write_type = WriteType::kMustCache;
    (void)master_.ops.CreateFile(*Ctx(), path, options).ok();  // the name may be taken
  }
  void Chmod(const std::string& path, int mode) {
    SetAttributeOptions options;
    options.mode = Mode(static_cast<uint16_t>(mode));
    ASSERT_TRUE(master_.ops.SetAttribute(*Ctx(), path, options).ok());
  }
  FindPage Find(const std::string& path, const FindOptions& options,
                const std::string& user = "root") {
    Result<FindPage> page = master_.ops.Find(*Ctx(user), path, options);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? *page : FindPage{};
  }
  Paths Expected(const std::string& path, const std::string& text, const std::string& user) {
    ListStatusOptions options;
    options.recursive = true;
    options.load_metadata = LoadMetadataType::kNever;
    size_t from = path == "/" ? 0 : path.size();
    Paths paths;
    Status listed =
        master_.ops.ListStatus(*Ctx(user), path, options, [&](std::vector<FileInfo> batch) {
          for (const FileInfo& file : batch) {
            if (Small(file.path.substr(from)).find(Small(text)) == std::string::npos) continue;
            paths.push_back(file.path);
          }
          return OkStatus();
        });
    EXPECT_TRUE(listed.ok()) << listed;
    return paths;
  }
  static Paths PathsOf(const FindPage& page) {
    Paths paths;
    for (const FileInfo& file : page.entries) paths.push_back(file.path);
    return paths;
  }

  const uint64_t seed_ = Rng::Real().Next();
  TempFolder folder_;
  std::unique_ptr<Rng> rng_;
  journal::MemoryJournal journal_;
  MasterHarness master_;
};

TEST_F(FindTest, FindsWhatTheListingHas) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  Paths all = Expected("/", "/", "root");
  Paths folders = {"/"};
  for (const std::string& path : all) {
    if (all.size() > 1 && master_.ops.GetStatus(*Ctx(), path, {})->folder) folders.push_back(path);
  }
  for (int i = 0; i < 60; ++i) {
    // A piece of some path, so that there is something to be found, slashes included.
    const std::string& some = all[rng_->Below(all.size())];
    size_t at = rng_->Below(some.size());
    std::string text = some.substr(at, 1 + rng_->Below(6));
    const std::string& top = folders[rng_->Below(folders.size())];
    std::string from = rng_->Below(2) == 0 ? "/" : top;
    Paths expected = Expected(from, text, "root");
    FindPage page = Find(from, {.text = text, .limit = kInodes});
    ASSERT_EQ(PathsOf(page), expected) << "below " << from << " text " << text;
    EXPECT_EQ(page.end, FindEnd::kAll);
    EXPECT_EQ(page.found, static_cast<int64_t>(expected.size()));
  }
}

TEST_F(FindTest, PagesFitTogether) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  Paths expected = Expected("/", "A", "root");
  ASSERT_GT(expected.size(), 100u);
  Paths seen;
  for (int64_t offset = 0; offset < static_cast<int64_t>(expected.size()) + 37; offset += 37) {
    FindPage page = Find("/", {.text = "A", .offset = offset, .limit = 37});
    EXPECT_EQ(page.found, static_cast<int64_t>(expected.size()));
    for (std::string& path : PathsOf(page)) seen.push_back(std::move(path));
  }
  EXPECT_EQ(seen, expected);
}

TEST_F(FindTest, WhatOthersMayNotReadIsNotFound) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  ASSERT_TRUE(MakeFolder("/n0"));
  ASSERT_TRUE(MakeFolder("/n0/closed"));
  MakeFile("/n0/closed/secret-of-root");
  MakeFile("/n0/open-to-all");
  Chmod("/n0/closed", 0700);
  EXPECT_EQ(PathsOf(Find("/", {.text = "secret-of", .limit = 9})),
            Paths{"/n0/closed/secret-of-root"});
  EXPECT_EQ(Find("/", {.text = "secret-of", .limit = 9}, "eve").found, 0);
  // The folder itself can be seen by who may list what it is in.
  EXPECT_EQ(PathsOf(Find("/n0", {.text = "clo", .limit = 9}, "eve")), Paths{"/n0/closed"});
  EXPECT_EQ(PathsOf(Find("/", {.text = "n", .limit = kInodes}, "eve")),
            Expected("/", "n", "eve"));
  Result<FindPage> refused = master_.ops.Find(*Ctx("eve"), "/n0/closed", {.text = "s", .limit = 1});
  EXPECT_EQ(refused.status().code(), StatusCode::kPermissionDenied);
}

TEST_F(FindTest, ABoundThatIsReachedIsTold) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  Paths all = Expected("/", "n", "root");
  FindPage few = Find("/", {.text = "n", .limit = kInodes, .max_found = 5});
  EXPECT_EQ(few.end, FindEnd::kFound);
  EXPECT_EQ(PathsOf(few), Paths(all.begin(), all.begin() + 5));
  FindPage cut = Find("/", {.text = "n", .limit = kInodes, .max_visited = 1500});
  EXPECT_EQ(cut.end, FindEnd::kVisited);
  EXPECT_GE(cut.visited, 1500);
  EXPECT_LT(cut.visited, static_cast<int64_t>(all.size()));  // it stopped after some slices
  FindPage late = Find("/", {.text = "n", .limit = 1, .max_time = Millis(-1)});
  EXPECT_EQ(late.end, FindEnd::kTime);
  EXPECT_EQ(late.visited, 0);
  // A bound that is just enough is not reached.
  FindOptions enough{.text = "n", .limit = 1};
  enough.max_found = static_cast<int64_t>(all.size()) + 1;
  EXPECT_EQ(Find("/", enough).end, FindEnd::kAll);
}

TEST_F(FindTest, WhatCannotBeSearchedIsRefused) {
  MakeFile("/n-file");
  auto code = [&](const std::string& path, const std::string& text) {
    return master_.ops.Find(*Ctx(), path, {.text = text, .limit = 1}).status().code();
  };
  EXPECT_EQ(code("/nowhere", "a"), StatusCode::kNotFound);
  EXPECT_EQ(code("/n-file", "a"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("/", ""), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("no slash", "a"), StatusCode::kInvalidArgument);
  auto context = Ctx();
  context->Cancel();
  EXPECT_EQ(master_.ops.Find(*context, "/", {.text = "a"}).status().code(),
            StatusCode::kCancelled);
}

}  // namespace
}  // namespace alluxio::master
