// The contract of ufs/ufs.h as tests. An adapter's test includes this file and instantiates:
//
//   INSTANTIATE_TEST_SUITE_P(Local, UfsContract, ::testing::Values(&MakeLocal));
//
// where MakeLocal returns a UfsUnderTest: an empty root nobody else uses. What a store cannot, or
// what would take too long on it, is said in UfsLimits.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/duration.h"
#include "env/clock.h"
#include "tests/contract/ufs_log_contract.h"
#include "tests/contract/ufs_under_test.h"
#include "ufs/ufs.h"

namespace alluxio::ufs {

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
  if (!ufs().is_object_store()) {  // those are not asked, see ufs/object/object_ufs.h
    EXPECT_EQ(ufs().Create("d", {}).status().code(), StatusCode::kFailedPrecondition);
    EXPECT_FALSE(Put("f/below", "x").ok());
  }
  EXPECT_EQ(ufs().DeleteFile("d").code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(ufs().DeleteDirectory("f", true).code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(ufs().MakeDirectory("f", {}).code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(Get("f"), "x");
}

TEST_P(UfsContract, ACancelledWriteLeavesNothing) {
  ASSERT_TRUE(ufs().MakeDirectory("d", {.mode = Mode{0755}}).ok());
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

TEST_P(UfsContract, AWriterThatMayNotReplaceIsRefusedAtCommit) {
  auto first = ufs().Create("d/f", {.replace = false});
  if (first.status().Is(StatusCode::kUnimplemented)) GTEST_SKIP() << "the store always replaces";
  auto second = ufs().Create("d/f", {.replace = false});
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_TRUE((*first)->Write("first").ok());
  ASSERT_TRUE((*second)->Write("second").ok());
  ASSERT_TRUE((*second)->Commit().ok());
  EXPECT_EQ((*first)->Commit().status().code(), StatusCode::kAlreadyExists);
  first->reset();
  EXPECT_EQ(Get("d/f"), "second");
  EXPECT_EQ(Keys("d", {}), std::vector<std::string>{"d/f"});
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
  // Names that end with "/" are folders.
  EXPECT_EQ(Keys("", {}), InOrder({"a/", "a-b", "a.txt", "aa", "b"}));
  EXPECT_EQ(Keys("", {.recursive = true}),
            InOrder({"a/", "a-b", "a.txt", "a/b/", "a/b-c", "a/b/c", "a/z", "aa", "b"}));
  EXPECT_EQ(Keys("a", {}), InOrder({"a/b/", "a/b-c", "a/z"}));
  UfsListing listing = ufs().List("a", {}).value();
  for (const UfsStatus& status : listing.entries) {
    EXPECT_EQ(status.is_directory, status.key == "a/b") << status.key;
    if (!status.is_directory && limits().lists_lengths) {
      EXPECT_EQ(status.content_hash, ufs().Stat(status.key)->content_hash) << status.key;
      EXPECT_EQ(status.length, 1);
    }
  }
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
  std::erase_if(names, [this](const std::string& name) {
    const std::vector<std::string>& no = limits().no_names;
    return std::find(no.begin(), no.end(), name) != no.end();
  });
  for (const std::string& name : names) {
    Status put = Put("odd/" + name, name);
    ASSERT_TRUE(put.ok()) << name << ": " << put;
    put = Put("odd2/" + name + "/child", name);
    ASSERT_TRUE(put.ok()) << name << ": " << put;
  }
  for (const std::string& name : names) {
    EXPECT_EQ(Get("odd/" + name), name);
    EXPECT_EQ(Get("odd2/" + name + "/child"), name);
  }
  std::vector<std::string> keys = names;
  for (std::string& key : keys) key = "odd/" + key;
  EXPECT_EQ(Keys("odd", {}), InOrder(keys));
  ASSERT_TRUE(ufs().DeleteDirectory("odd", true).ok());
  EXPECT_EQ(StatCode("odd"), StatusCode::kNotFound);
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
  if (!ufs().is_object_store()) {
    EXPECT_EQ(ufs().Rename("b", "nowhere/b").code(), StatusCode::kNotFound);
  }
  EXPECT_EQ(Get("b"), "1");
  EXPECT_EQ(Get("e/x/y"), "3");
}

TEST_P(UfsContract, MovesANewFileAndTellsWhatIsThere) {
  ASSERT_TRUE(Put("t/new", "12345").ok());
  ASSERT_TRUE(Put("t/other", "678").ok());
  ASSERT_TRUE(Put("a", "old").ok());
  auto moved = ufs().MoveNew("t/new", 5, "a");
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(Get("a"), "12345");
  auto there = ufs().Stat("a");
  ASSERT_TRUE(there.ok()) << there.status();
  EXPECT_EQ(moved->status.key, "a");
  EXPECT_EQ(moved->status.length, 5);
  EXPECT_EQ(moved->status.content_hash, there->content_hash);
  EXPECT_EQ(StatCode("t/new"),
            moved->leaves_copy ? StatusCode::kOk : StatusCode::kNotFound);
  Status deleted = ufs().DeleteFiles({"t/new", "t/never", "t/other"});
  EXPECT_TRUE(deleted.ok()) << deleted;
  EXPECT_EQ(StatCode("t/new"), StatusCode::kNotFound);
  EXPECT_EQ(StatCode("t/other"), StatusCode::kNotFound);
  EXPECT_EQ(ufs().MoveNew("none", 5, "b").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Get("a"), "12345");
}

TEST_P(UfsContract, AReplacedFileIsNeverReadAsAMix) {
  if (!limits().pins_versions) GTEST_SKIP() << "the store cannot tell versions apart";
  std::string before(300'000, 'a');
  ASSERT_TRUE(Put("f", before).ok());
  auto reader = ufs().Open("f");
  ASSERT_TRUE(reader.ok()) << reader.status();
  std::string part(1000, '\0');
  ASSERT_EQ((*reader)->ReadAt(0, part).value(), part.size());
  ASSERT_TRUE(Put("f", std::string(300'000, 'b')).ok());
  Result<size_t> later = (*reader)->ReadAt(200'000, part);
  if (later.ok()) {
    EXPECT_EQ(part, std::string(1000, 'a'));
  } else {
    EXPECT_EQ(later.status().code(), StatusCode::kAborted) << later.status();
  }
  auto again = ufs().Open("f");
  ASSERT_TRUE(again.ok());
  ASSERT_EQ((*again)->ReadAt(200'000, part).value(), part.size());
  EXPECT_EQ(part, std::string(1000, 'b'));
}

TEST_P(UfsContract, OpenKnownReadsThatVersionOrNone) {
  ASSERT_TRUE(Put("f", "first").ok());
  UfsStatus first = ufs().Stat("f").value();
  std::string text(5, '\0');
  auto known = ufs().OpenKnown("f", {.length = 5, .content_hash = first.content_hash});
  ASSERT_TRUE(known.ok()) << known.status();
  EXPECT_EQ((*known)->status().length, 5);
  ASSERT_EQ((*known)->ReadAt(0, text).value(), 5u);
  EXPECT_EQ(text, "first");
  auto length_only = ufs().OpenKnown("f", {.length = 5});
  ASSERT_TRUE(length_only.ok()) << length_only.status();
  ASSERT_EQ((*length_only)->ReadAt(1, std::span<char>(text).first(4)).value(), 4u);
  EXPECT_EQ(text, "irstt");
  if (!limits().pins_versions) return;
  ASSERT_TRUE(Put("f", "second").ok());
  auto old = ufs().OpenKnown("f", {.length = 5, .content_hash = first.content_hash});
  if (old.ok()) {
    EXPECT_EQ((*old)->ReadAt(0, text).status().code(), StatusCode::kAborted);
  } else {
    EXPECT_EQ(old.status().code(), StatusCode::kAborted) << old.status();
  }
}

TEST_P(UfsContract, FilesOfManyPartsComeBack) {
  constexpr size_t kSize = (17 << 20) + 3;
  std::string text(kSize, '\0');
  for (size_t i = 0; i < kSize; ++i) text[i] = static_cast<char>((i * 2654435761u) >> 13);
  {
    auto cancelled = ufs().Create("big", {});
    ASSERT_TRUE(cancelled.ok()) << cancelled.status();
    ASSERT_TRUE((*cancelled)->Write(text).ok());
  }
  EXPECT_EQ(StatCode("big"), StatusCode::kNotFound);
  EXPECT_TRUE(Keys("", {.recursive = true}).empty());
  auto writer = ufs().Create("big", {});
  ASSERT_TRUE(writer.ok()) << writer.status();
  for (size_t at = 0; at < kSize; at += 777'777) {
    ASSERT_TRUE((*writer)->Write(std::string_view(text).substr(at, 777'777)).ok());
  }
  ASSERT_EQ((*writer)->Commit()->length, static_cast<int64_t>(kSize));
  auto reader = ufs().Open("big");
  ASSERT_TRUE(reader.ok()) << reader.status();
  std::string back(kSize + 10, '\0');
  ASSERT_EQ((*reader)->ReadAt(0, back).value(), kSize);
  back.resize(kSize);
  EXPECT_TRUE(back == text);
}

TEST_P(UfsContract, ALargeFileIsStreamed) {
  int64_t size = limits().large_bytes;
  if (const char* bytes = std::getenv("ALLUXIO_CONTRACT_LARGE_BYTES")) size = std::atoll(bytes);
  if (size == 0) GTEST_SKIP() << "ALLUXIO_CONTRACT_LARGE_BYTES is not set";
  std::string piece(8 << 20, '\0');
  auto fill = [&piece](int64_t number) {
    for (size_t i = 0; i < piece.size(); ++i) {
      piece[i] = static_cast<char>((i + static_cast<size_t>(number) * 7919) * 2654435761u >> 15);
    }
  };
  auto writer = ufs().Create("large", {});
  ASSERT_TRUE(writer.ok()) << writer.status();
  int64_t step = static_cast<int64_t>(piece.size());
  for (int64_t at = 0; at < size; at += step) {
    fill(at / step);
    size_t count = static_cast<size_t>(std::min(step, size - at));
    Status written = (*writer)->Write(std::string_view(piece).substr(0, count));
    ASSERT_TRUE(written.ok()) << written << " at " << at;
  }
  ASSERT_EQ((*writer)->Commit()->length, size);
  ASSERT_EQ(ufs().Stat("large")->length, size);
  auto reader = ufs().Open("large");
  ASSERT_TRUE(reader.ok()) << reader.status();
  std::string back(1 << 20, '\0');
  for (int64_t at : {int64_t{0}, size / 3, size / 2, size - (1 << 20)}) {
    ASSERT_EQ((*reader)->ReadAt(at, back).value(), back.size()) << at;
    for (size_t i = 0; i < back.size(); i += 4099) {
      int64_t position = at + static_cast<int64_t>(i);
      size_t inside = static_cast<size_t>(position % step);
      size_t number = static_cast<size_t>(position / step);
      ASSERT_EQ(back[i], static_cast<char>((inside + number * 7919) * 2654435761u >> 15)) << at;
    }
  }
  EXPECT_TRUE(ufs().DeleteFile("large").ok());
}

// How long the parts of a long test took, for whoever runs it by hand.
class Laps {
 public:
  void Print(const char* what) {
    Duration now = Clock::Real().Monotonic();
    std::printf("     %s: %.1f s\n", what, static_cast<double>(ToMillis(now - last_)) / 1e3);
    last_ = now;
  }

 private:
  Duration last_ = Clock::Real().Monotonic();
};

TEST_P(UfsContract, ABigFolderIsListedInPagesAndDeleted) {
  size_t count = limits().listed_entries;
  if (const char* entries = std::getenv("ALLUXIO_CONTRACT_ENTRIES")) {
    count = static_cast<size_t>(std::atoll(entries));
  }
  std::atomic<size_t> next = 0, failed = 0;
  auto name = [](size_t i) {
    std::string digits = std::to_string(1'000'000 + i);
    return "folder/e" + digits;
  };
  Laps laps;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (size_t i = next++; i < count; i = next++) {
        if (!Put(name(i), "").ok()) ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(failed, 0u);
  laps.Print("made");
  std::vector<std::string> keys = Keys("folder", {.limit = 1000});
  laps.Print("listed");
  ASSERT_EQ(keys.size(), count);
  for (size_t i = 0; i < count; ++i) ASSERT_EQ(keys[i], name(i));
  // A page in the middle, as after a restart.
  UfsListing page = ufs().List("folder", {.page = name(count / 2), .limit = 2}).value();
  ASSERT_EQ(page.entries.size(), 2u);
  EXPECT_EQ(page.entries[0].key, name(count / 2 + 1));
  laps.Print("a page from the middle");
  ASSERT_TRUE(ufs().DeleteDirectory("folder", true).ok());
  laps.Print("deleted");
  EXPECT_EQ(StatCode("folder"), StatusCode::kNotFound);
}

TEST_P(UfsContract, FingerprintsChangeWithTheContentOnly) {
  if (!limits().type.empty()) {
    EXPECT_EQ(ufs().type(), limits().type);
  }
  ASSERT_TRUE(Put("f", "one").ok());
  std::string first = Fingerprint(ufs().type(), ufs().Stat("f").value());
  EXPECT_EQ(Fingerprint(ufs().type(), ufs().Stat("f").value()), first);
  EXPECT_EQ(Fingerprint(ufs().type(), (*ufs().Open("f"))->status()), first);
  ASSERT_TRUE(Put("f", "other").ok());
  EXPECT_NE(Fingerprint(ufs().type(), ufs().Stat("f").value()), first);
}

TEST_P(UfsContract, OfWritersOfOneKeyOneWins) {
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (char c : {'a', 'b', 'c', 'd'}) {
    threads.emplace_back([&, c] {
      if (!Put("f", std::string(100'000, c)).ok()) ++failed;
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::string text = Get("f");
  EXPECT_LT(failed, 4);
  ASSERT_EQ(text.size(), 100'000u);
  EXPECT_EQ(text, std::string(100'000, text[0]));
  EXPECT_EQ(Keys("", {.recursive = true}), std::vector<std::string>{"f"});
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

TEST_P(UfsContract, ALockIsHeldOnce) {
  auto first = ufs().Lock("lock");
  if (first.status().Is(StatusCode::kUnimplemented)) GTEST_SKIP() << "no locks";
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(ufs().Lock("lock").status().code(), StatusCode::kFailedPrecondition);
  first.value().reset();
  EXPECT_TRUE(ufs().Lock("lock").ok());
}

}  // namespace alluxio::ufs
