#include "model/tree_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace alluxio {
namespace {

TEST(TreeWalkTest, EveryFileOnceAndNoFolderWhole) {
  // 3 folders of 2,500 files, in pages of 1,000.
  size_t largest = 0;
  auto page = [&](const std::string& folder, const std::string& after) -> Result<ListPage> {
    ListPage out;
    if (folder == "/") {
      for (const char* name : {"/a", "/b", "/c", "/gone", "/shut"}) {
        FileInfo entry;
        entry.path = name;
        entry.folder = true;
        out.entries.push_back(entry);
      }
      return out;
    }
    if (folder == "/gone") return NotFound("gone");
    if (folder == "/shut") return PermissionDenied("not yours");
    int from = after.empty() ? 0 : std::stoi(after.substr(after.size() - 4)) + 1;
    for (int i = from; i < std::min(from + 1000, 2500); ++i) {
      FileInfo entry;
      entry.path = folder + "/" + std::to_string(10'000 + i).substr(1);
      out.entries.push_back(entry);
    }
    out.truncated = from + 1000 < 2500;
    largest = std::max(largest, out.entries.size());
    return out;
  };
  TreeWalk walk("/", page);
  std::set<std::string> seen;
  for (;;) {
    Result<std::vector<FileInfo>> files = walk.Next();
    ASSERT_TRUE(files.ok()) << files.status();
    if (files->empty()) break;
    EXPECT_LE(files->size(), 2000u);
    for (const FileInfo& file : *files) EXPECT_TRUE(seen.insert(file.path).second) << file.path;
  }
  EXPECT_EQ(seen.size(), 7500u);
  EXPECT_EQ(largest, 1000u);
  auto unread = walk.TakeUnread();
  ASSERT_EQ(unread.size(), 1u);
  EXPECT_EQ(unread[0].first, "/shut");
}

// A folder "/" with the folders /a and /b of one file each; a file lists itself.
Result<ListPage> Small(const std::string& path, const std::string& after) {
  const std::map<std::string, std::vector<std::pair<std::string, bool>>> entries = {
      {"/", {{"/a", true}, {"/b", true}}},
      {"/a", {{"/a/f", false}}},
      {"/b", {{"/b/f", false}}},
      {"/a/f", {{"/a/f", false}}}};
  ListPage page;
  EXPECT_EQ(after, "");
  for (const auto& [name, folder] : entries.at(path)) {
    page.entries.emplace_back();
    page.entries.back().path = name;
    page.entries.back().folder = folder;
  }
  return page;
}

TEST(TreeWalkTest, FoldersAreVisitedBeforeWhatIsInThem) {
  TreeWalk walk("/", Small);
  std::vector<std::string> visited;
  walk.OnFolder([&](const std::string& path) -> Status {
    visited.push_back(path);
    return path == "/b" ? PermissionDenied("not yours") : OkStatus();
  });
  Result<std::vector<FileInfo>> files = walk.Next();
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ((*files)[0].path, "/a/f");
  std::sort(visited.begin(), visited.end());
  EXPECT_EQ(visited, (std::vector<std::string>{"/a", "/b"}));
  auto unread = walk.TakeUnread();
  ASSERT_EQ(unread.size(), 1u);
  EXPECT_EQ(unread[0].first, "/b");
  EXPECT_TRUE(walk.Next()->empty());
}

TEST(TreeWalkTest, AFileIsItself) {
  TreeWalk walk("/a/f", Small);
  EXPECT_EQ(walk.Next()->size(), 1u);
  EXPECT_TRUE(walk.Next()->empty());
}

}  // namespace
}  // namespace alluxio
