// The contract of ufs/ufs.h as tests. An adapter's test includes this file and instantiates:
//
//   INSTANTIATE_TEST_SUITE_P(Local, UfsContract, ::testing::Values(&MakeLocal));
//
// where MakeLocal returns a UfsUnderTest: an empty root nobody else uses.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ufs/ufs.h"

namespace alluxio::ufs {

struct UfsUnderTest {
  std::shared_ptr<Ufs> ufs;
  std::shared_ptr<void> cleanup;  // destroyed after the test
};

class UfsContract : public ::testing::TestWithParam<UfsUnderTest (*)()> {
 protected:
  void SetUp() override { under_test_ = GetParam()(); }
  Ufs& ufs() { return *under_test_.ufs; }

  Status Put(const std::string& key, std::string_view text) {
    ASSIGN_OR_RETURN(std::unique_ptr<UfsWriter> writer, ufs().Create(key, {}));
    RETURN_IF_ERROR(writer->Write(text));
    return writer->Commit().status();
  }
  std::string Get(const std::string& key) {
    Result<std::unique_ptr<UfsReader>> reader = ufs().Open(key);
    if (!reader.ok()) return std::string(StatusCodeName(reader.status().code()));
    std::string text(static_cast<size_t>((*reader)->status().length), '\0');
    Result<size_t> n = (*reader)->ReadAt(0, text);
    if (!n.ok()) return std::string(StatusCodeName(n.status().code()));
    return text.substr(0, *n);
  }
  StatusCode StatCode(const std::string& key) { return ufs().Stat(key).status().code(); }
  std::vector<std::string> Keys(const std::string& key, UfsListOptions options) {
    std::vector<std::string> keys;
    while (true) {
      Result<UfsListing> page = ufs().List(key, options);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return keys;
      EXPECT_LE(page->entries.size(), options.limit);
      for (const UfsStatus& status : page->entries) keys.push_back(status.key);
      if (page->next_page.empty()) return keys;
      options.page = page->next_page;
    }
  }

 private:
  UfsUnderTest under_test_;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(UfsContract);

TEST_P(UfsContract, MissingThingsAreNotFound) {
  EXPECT_EQ(StatCode("none"), StatusCode::kNotFound);
  EXPECT_EQ(StatCode("none/below"), StatusCode::kNotFound);
  EXPECT_EQ(ufs().Open("none").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(ufs().List("none", {}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(ufs().DeleteFile("none").code(), StatusCode::kNotFound);
  EXPECT_EQ(ufs().DeleteDirectory("none", true).code(), StatusCode::kNotFound);
  EXPECT_EQ(ufs().Rename("none", "other").code(), StatusCode::kNotFound);
}

TEST_P(UfsContract, KeysNeverLeaveTheRoot) {
  for (const char* key : {"..", "../x", "a/../../x", "/etc/passwd", "a//b", ".", "a/"}) {
    EXPECT_EQ(StatCode(key), StatusCode::kInvalidArgument) << key;
    EXPECT_EQ(ufs().Open(key).status().code(), StatusCode::kInvalidArgument) << key;
    EXPECT_EQ(Put(key, "x").code(), StatusCode::kInvalidArgument) << key;
    EXPECT_EQ(ufs().List(key, {}).status().code(), StatusCode::kInvalidArgument) << key;
    EXPECT_EQ(ufs().OpenLog(key).status().code(), StatusCode::kInvalidArgument) << key;
    EXPECT_EQ(ufs().MakeDirectory(key, {}).code(), StatusCode::kInvalidArgument) << key;
    EXPECT_EQ(ufs().DeleteFile(key).code(), StatusCode::kInvalidArgument) << key;
    EXPECT_EQ(ufs().DeleteDirectory(key, true).code(), StatusCode::kInvalidArgument) << key;
    EXPECT_EQ(ufs().Rename("a", key).code(), StatusCode::kInvalidArgument) << key;
  }
  EXPECT_EQ(StatCode(std::string("a\0b", 3)), StatusCode::kInvalidArgument);
}

TEST_P(UfsContract, AFileIsNotAFolderAndAFolderIsNotAFile) {
  ASSERT_TRUE(Put("f", "x").ok());
  ASSERT_TRUE(ufs().MakeDirectory("d", {.mode = Mode{0755}}).ok());
  EXPECT_EQ(ufs().List("f", {}).status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(ufs().Open("d").status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(ufs().Create("d", {}).status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(ufs().DeleteFile("d").code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(ufs().DeleteDirectory("f", true).code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(ufs().MakeDirectory("f", {}).code(), StatusCode::kAlreadyExists);
  EXPECT_FALSE(Put("f/below", "x").ok());
  EXPECT_EQ(Get("f"), "x");
}

TEST_P(UfsContract, ACancelledWriteLeavesNothing) {
  ASSERT_TRUE(Put("d/kept", "old").ok());
  {
    auto writer = ufs().Create("d/kept", {});
    ASSERT_TRUE(writer.ok()) << writer.status();
    ASSERT_TRUE((*writer)->Write("new").ok());
    auto other = ufs().Create("d/gone", {});
    ASSERT_TRUE(other.ok()) << other.status();
    ASSERT_TRUE((*other)->Write("new").ok());
    EXPECT_EQ(Keys("d", {}), std::vector<std::string>{"d/kept"}) << "visible before commit";
  }
  EXPECT_EQ(Get("d/kept"), "old");
  EXPECT_EQ(Keys("d", {.recursive = true}), std::vector<std::string>{"d/kept"});
  EXPECT_TRUE(ufs().DeleteFile("d/kept").ok());
  EXPECT_TRUE(ufs().DeleteDirectory("d", false).ok()) << "something hidden was left behind";
}

TEST_P(UfsContract, CommitReplacesAtomicallyAndTellsTheStatus) {
  ASSERT_TRUE(Put("f", "old").ok());
  UfsStatus before = ufs().Stat("f").value();
  auto writer = ufs().Create("f", {});
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->Write("new ").ok());
  ASSERT_TRUE((*writer)->Write("bytes").ok());
  EXPECT_EQ(Get("f"), "old");
  Result<UfsStatus> status = (*writer)->Commit();
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->key, "f");
  EXPECT_EQ(status->length, 9);
  EXPECT_FALSE(status->content_hash.empty());
  EXPECT_NE(status->content_hash, before.content_hash);
  EXPECT_EQ(status->content_hash, ufs().Stat("f")->content_hash);
  EXPECT_EQ(Get("f"), "new bytes");
}

TEST_P(UfsContract, RangedReadsAreShortOnlyAtTheEnd) {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += static_cast<char>(i * 7 % 251);
  ASSERT_TRUE(Put("f", text).ok());
  auto reader = ufs().Open("f");
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->status().length, static_cast<int64_t>(text.size()));
  std::string part(1000, '\0');
  for (size_t offset : {size_t{0}, size_t{1}, size_t{65'535}, text.size() - 1000}) {
    ASSERT_EQ((*reader)->ReadAt(static_cast<int64_t>(offset), part).value(), part.size());
    EXPECT_EQ(part, text.substr(offset, part.size())) << offset;
  }
  EXPECT_EQ((*reader)->ReadAt(static_cast<int64_t>(text.size()) - 10, part).value(), 10u);
  EXPECT_EQ((*reader)->ReadAt(static_cast<int64_t>(text.size()), part).value(), 0u);
  EXPECT_EQ((*reader)->ReadAt(1'000'000'000, part).value(), 0u);
  EXPECT_EQ((*reader)->ReadAt(0, std::span<char>()).value(), 0u);
}

TEST_P(UfsContract, EmptyFilesAreFiles) {
  ASSERT_TRUE(Put("empty", "").ok());
  UfsStatus status = ufs().Stat("empty").value();
  EXPECT_FALSE(status.is_directory);
  EXPECT_EQ(status.length, 0);
  EXPECT_EQ(Get("empty"), "");
}

TEST_P(UfsContract, ConcurrentReadersSeeTheSameBytes) {
  std::string text(200'000, 'x');
  for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 23);
  ASSERT_TRUE(Put("f", text).ok());
  auto reader = ufs().Open("f");
  ASSERT_TRUE(reader.ok());
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::string part(777, '\0');
      for (size_t i = 0; i < 100; ++i) {
        size_t offset = (i * 1913 + t * 31) % (text.size() - part.size());
        Result<size_t> n = (*reader)->ReadAt(static_cast<int64_t>(offset), part);
        if (!n.ok() || text.compare(offset, part.size(), part) != 0) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(UfsContract, ListingIsOrderedByKey) {
  for (const char* key : {"a/z", "a-b", "a/b/c", "a.txt", "b", "a/b-c", "aa"}) {
    ASSERT_TRUE(Put(key, "x").ok()) << key;
  }
  EXPECT_EQ(Keys("", {}), (std::vector<std::string>{"a", "a-b", "a.txt", "aa", "b"}));
  EXPECT_EQ(Keys("", {.recursive = true}),
            (std::vector<std::string>{"a", "a-b", "a.txt", "a/b", "a/b-c", "a/b/c", "a/z", "aa",
                                      "b"}));
  EXPECT_EQ(Keys("a", {}), (std::vector<std::string>{"a/b", "a/b-c", "a/z"}));
  UfsListing listing = ufs().List("a", {}).value();
  EXPECT_TRUE(listing.entries[0].is_directory);
  EXPECT_FALSE(listing.entries[1].is_directory);
}

TEST_P(UfsContract, PagesCoverEverythingOnce) {
  std::vector<std::string> expected;
  for (int i = 0; i < 250; ++i) {
    std::string key = "d/f" + std::to_string(1000 + i);
    ASSERT_TRUE(Put(key, "").ok());
    expected.push_back(key);
  }
  for (size_t limit : {1, 7, 100, 250, 251}) {
    EXPECT_EQ(Keys("d", {.limit = limit}), expected) << limit;
  }
  for (const char* key : {"d/f1003x/1", "d/f1003x/2", "d/f1003-"}) ASSERT_TRUE(Put(key, "").ok());
  std::vector<std::string> whole = Keys("", {.recursive = true});
  EXPECT_EQ(whole.size(), 255u);
  for (size_t limit : {1, 3, 254, 255}) {
    EXPECT_EQ(Keys("", {.recursive = true, .limit = limit}), whole) << limit;
  }
  // A page may be asked for again, and by somebody else.
  UfsListing first = ufs().List("", {.recursive = true, .limit = 100}).value();
  for (int i = 0; i < 2; ++i) {
    UfsListing next = ufs().List("", {.recursive = true, .page = first.next_page, .limit = 1})
                          .value();
    ASSERT_EQ(next.entries.size(), 1u);
    EXPECT_EQ(next.entries[0].key, whole[100]);
  }
}

TEST_P(UfsContract, OddNamesAreKept) {
  std::vector<std::string> names = {" ", "a b", "%2F", "a%", "+", "#", "?x=1&y", "\\", "\"", "'",
                                    "*", "\n", "~", "-rf", "...", "\xc3\xa9t\xc3\xa9",
                                    std::string(255, 'n')};
  for (const std::string& name : names) {
    ASSERT_TRUE(Put("odd/" + name, name).ok()) << name;
    ASSERT_TRUE(Put("odd2/" + name + "/child", name).ok()) << name;
  }
  for (const std::string& name : names) {
    EXPECT_EQ(Get("odd/" + name), name);
    EXPECT_EQ(Get("odd2/" + name + "/child"), name);
  }
  EXPECT_EQ(Keys("odd", {}).size(), names.size());
  EXPECT_FALSE(Put(std::string(5000, 'n'), "x").ok());
}

TEST_P(UfsContract, FoldersAreMadeWithParentsAndTwice) {
  EXPECT_EQ(ufs().MakeDirectory("p/q", {.mode = Mode{0755}, .create_parents = false}).code(),
            StatusCode::kNotFound);
  ASSERT_TRUE(ufs().MakeDirectory("p/q/r", {.mode = Mode{0755}}).ok());
  ASSERT_TRUE(ufs().MakeDirectory("p/q/r", {.mode = Mode{0755}}).ok());
  EXPECT_TRUE(ufs().Stat("p/q")->is_directory);
  EXPECT_EQ(ufs().Create("x/y", {.create_parents = false}).status().code(),
            StatusCode::kNotFound);
}

TEST_P(UfsContract, DeletesFoldersOnlyWhenEmptyUnlessRecursive) {
  ASSERT_TRUE(Put("d/e/f", "x").ok());
  EXPECT_EQ(ufs().DeleteDirectory("d", false).code(), StatusCode::kFailedPrecondition);
  ASSERT_TRUE(ufs().DeleteDirectory("d", true).ok());
  EXPECT_EQ(StatCode("d"), StatusCode::kNotFound);
  EXPECT_EQ(StatCode("d/e/f"), StatusCode::kNotFound);
  EXPECT_EQ(ufs().DeleteDirectory("", true).code(), StatusCode::kInvalidArgument);
}

TEST_P(UfsContract, RenamesFilesAndFolders) {
  ASSERT_TRUE(Put("a", "1").ok());
  ASSERT_TRUE(Put("b", "2").ok());
  ASSERT_TRUE(Put("d/x/y", "3").ok());
  ASSERT_TRUE(ufs().Rename("a", "b").ok()) << "a file replaces a file";
  EXPECT_EQ(Get("b"), "1");
  EXPECT_EQ(StatCode("a"), StatusCode::kNotFound);
  ASSERT_TRUE(ufs().Rename("d", "e").ok());
  EXPECT_EQ(Get("e/x/y"), "3");
  EXPECT_EQ(StatCode("d"), StatusCode::kNotFound);
  EXPECT_FALSE(ufs().Rename("b", "e").ok()) << "a file over a folder";
  EXPECT_FALSE(ufs().Rename("e", "b").ok()) << "a folder over a file";
  ASSERT_TRUE(ufs().MakeDirectory("empty", {.mode = Mode{0755}}).ok());
  EXPECT_FALSE(ufs().Rename("e", "empty").ok()) << "a folder over an empty folder";
  EXPECT_FALSE(ufs().Rename("e", "e/x/inside").ok());
  EXPECT_EQ(ufs().Rename("b", "nowhere/b").code(), StatusCode::kNotFound);
  EXPECT_EQ(Get("b"), "1");
  EXPECT_EQ(Get("e/x/y"), "3");
}

TEST_P(UfsContract, AttributesAreKept) {
  if (ufs().is_object_store()) GTEST_SKIP() << "object stores keep no modes";
  auto writer = ufs().Create("f", {.mode = Mode{0600}});
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->Commit().ok());
  EXPECT_EQ(ufs().Stat("f")->mode, Mode{0600});
  ASSERT_TRUE(ufs().SetMode("f", Mode{0751}).ok());
  UfsStatus status = ufs().Stat("f").value();
  EXPECT_EQ(status.mode, Mode{0751});
  EXPECT_TRUE(ufs().SetOwner("f", status.owner, "").ok());
  ASSERT_TRUE(ufs().MakeDirectory("d", {.mode = Mode{0700}}).ok());
  EXPECT_EQ(ufs().Stat("d")->mode, Mode{0700});
  EXPECT_NE(ufs().Space()->capacity_bytes, 0);
}

TEST_P(UfsContract, LogsGrowWhileTheyAreRead) {
  if (ufs().is_object_store()) GTEST_SKIP() << "object stores have no logs";
  auto log = ufs().OpenLog("logs/l");
  ASSERT_TRUE(log.ok()) << log.status();
  ASSERT_TRUE((*log)->Append("one").ok());
  ASSERT_TRUE((*log)->Sync().ok());
  EXPECT_EQ(Get("logs/l"), "one");
  ASSERT_TRUE((*log)->Append("two").ok());
  ASSERT_TRUE((*log)->Close().ok());
  auto again = ufs().OpenLog("logs/l");
  ASSERT_TRUE((*again)->Append("three").ok());
  ASSERT_TRUE((*again)->Close().ok());
  EXPECT_EQ(Get("logs/l"), "onetwothree");
}

TEST_P(UfsContract, RoomBehindALogIsZerosUntilItIsClosed) {
  if (ufs().is_object_store()) GTEST_SKIP() << "object stores have no logs";
  auto log = ufs().OpenLog("logs/l");
  ASSERT_TRUE(log.ok()) << log.status();
  ASSERT_TRUE((*log)->Append("one").ok());
  Status made = (*log)->MakeRoom(5);
  std::string room = made.ok() ? std::string(5, '\0') : "";
  EXPECT_EQ(Get("logs/l"), "one" + room) << made;
  ASSERT_TRUE((*log)->Append("two").ok());
  ASSERT_TRUE((*log)->Sync().ok());
  EXPECT_EQ(Get("logs/l"), "onetwo" + room.substr(room.empty() ? 0 : 3));
  ASSERT_TRUE((*log)->Append("three").ok()) << "behind the room";
  EXPECT_EQ(Get("logs/l"), "onetwothree");
  if (made.ok()) {
    ASSERT_TRUE((*log)->MakeRoom(300'000).ok());
    EXPECT_EQ(Get("logs/l").size(), 11u + 300'000u);
    ASSERT_TRUE((*log)->MakeRoom(0).ok());
    EXPECT_EQ(Get("logs/l"), "onetwothree");
    ASSERT_TRUE((*log)->MakeRoom(100).ok());
  }
  ASSERT_TRUE((*log)->Append("four").ok());
  ASSERT_TRUE((*log)->Close().ok());
  EXPECT_EQ(Get("logs/l"), "onetwothreefour");
}

TEST_P(UfsContract, ALockIsHeldOnce) {
  auto first = ufs().Lock("lock");
  if (first.status().Is(StatusCode::kUnimplemented)) GTEST_SKIP() << "no locks";
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(ufs().Lock("lock").status().code(), StatusCode::kFailedPrecondition);
  first.value().reset();
  EXPECT_TRUE(ufs().Lock("lock").ok());
}

}  // namespace alluxio::ufs
