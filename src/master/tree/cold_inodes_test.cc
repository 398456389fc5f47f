#include "master/tree/cold_inodes.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "tests/fixtures/temp_folder.h"

namespace alluxio::master {
namespace {

using Item = ColdInodes::Item;
using WhenBusy = ColdInodes::WhenBusy;

class ColdInodesTest : public ::testing::Test {
 protected:
  ColdInodesOptions Options() {
    ColdInodesOptions options;
    options.folder = folder_.path() + "/metastore";
    options.write_buffer_bytes = 64 << 10;
    return options;
  }
  std::unique_ptr<ColdInodes> Open() {
    auto opened = ColdInodes::Open(Options());
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }
  static Item NewItem(InodeId parent, const std::string& name, InodeId id) {
    return {.place = {parent, name}, .row = "row of " + name, .id = id, .is_new = true};
  }
  static std::string Names(ColdInodes::Rows& rows) {
    std::string names;
    for (; rows.Valid(); rows.Next()) {
      names += std::to_string(rows.parent()) + std::string(rows.name()) + " ";
    }
    return names;
  }
  TempFolder folder_;
};

TEST_F(ColdInodesTest, FolderThatCannotBeMadeIsNamed) {
  ColdInodesOptions options;
  options.folder = "/proc/nothing/here";
  Status status = ColdInodes::Open(options).status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("/proc/nothing/here"), std::string::npos) << status;
}

// RocksDB writes down what it was told.
TEST_F(ColdInodesTest, ItsTablesHaveTheOptionsThatBoundItsMemory) {
  auto cold = Open();
  std::string text;
  for (const auto& file : std::filesystem::directory_iterator(Options().folder)) {
    if (!file.path().filename().string().starts_with("OPTIONS-")) continue;
    std::ifstream in(file.path());
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  const size_t edges = text.find("[CFOptions \"edges\"]");
  const size_t inodes = text.find("[CFOptions \"inodes\"]");
  ASSERT_LT(edges, inodes);
  ASSERT_NE(inodes, std::string::npos) << text;
  for (size_t table : {edges, inodes}) {
    for (const char* option :
         {"write_buffer_size=65536", "max_write_buffer_number=3", "compression=kLZ4Compression",
          "memtable_whole_key_filtering=true", "level_compaction_dynamic_level_bytes=true",
          "block_size=8192", "filter_policy=bloomfilter:10:false",
          "index_type=kTwoLevelIndexSearch", "partition_filters=true",
          "cache_index_and_filter_blocks=true", "pin_top_level_index_and_filter=true"}) {
      EXPECT_NE(text.find(option, table), std::string::npos) << option << "\n" << text;
    }
  }
  EXPECT_NE(text.find("memtable_insert_with_hint_prefix_extractor=rocksdb.FixedPrefix.8", edges),
            std::string::npos);
  for (const char* option : {"max_open_files=512", "avoid_flush_during_shutdown=true",
                             "allow_concurrent_memtable_write=false"}) {
    EXPECT_NE(text.find(option), std::string::npos) << option;
  }
}

TEST_F(ColdInodesTest, FolderInUseIsRefused) {
  auto first = Open();
  ASSERT_TRUE(first->Write({NewItem(0, "a", 1)}, WhenBusy::kWait));
  EXPECT_EQ(ColdInodes::Open(Options()).status().code(), StatusCode::kFailedPrecondition);
  std::string row;
  EXPECT_TRUE(first->Get(0, "a", &row));
}

TEST_F(ColdInodesTest, WhatAnotherProcessLeftIsGone) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "the thread sanitizer ends children that start threads, as RocksDB does";
#endif
  auto child = [&] {
    auto cold = ColdInodes::Open(Options());
    if (!cold.ok()) std::_Exit(1);
    (*cold)->Write({NewItem(0, "a", 1)}, WhenBusy::kWait);
    std::_Exit(0);
  };
  EXPECT_EXIT(child(), ::testing::ExitedWithCode(0), "");
  auto cold = Open();
  std::string row;
  EXPECT_FALSE(cold->Get(0, "a", &row));
}

TEST_F(ColdInodesTest, ChildrenComeInTheOrderOfTheirNames) {
  auto cold = Open();
  ASSERT_TRUE(cold->Write({NewItem(256, "b", 1), NewItem(256, "a", 2), NewItem(255, "z", 3),
                           NewItem(257, "", 4), NewItem(256, std::string("a\0", 2), 5),
                           NewItem(256, "\xff", 6)}, WhenBusy::kWait));
  EXPECT_EQ(Names(*cold->Children(256, "")), std::string("256a 256a\0 256b 256\xff ", 21));
  EXPECT_EQ(Names(*cold->Children(256, "aa")), "256b 256\xff ");
  EXPECT_EQ(Names(*cold->Children(1, "")), "");
  ColdInodes::Place place;
  ASSERT_TRUE(cold->Find(3, &place));
  EXPECT_EQ(place.parent, 255);
  EXPECT_EQ(place.name, "z");
  cold->Erase(255, "z", 3);
  EXPECT_FALSE(cold->Find(3, &place));
  std::string row;
  EXPECT_FALSE(cold->Get(255, "z", &row));
  ASSERT_TRUE(cold->Get(256, "b", &row));
  EXPECT_EQ(row, "row of b");
}

// Whatever the order of writing, in one batch and over many, with rows erased and written again in
// between: hints and filters of the write buffer are only there to be quick.
TEST_F(ColdInodesTest, RowsWrittenInAnyOrderAreFoundAndComeInOrder) {
  auto cold = Open();
  std::mt19937 random(7);
  std::map<std::pair<InodeId, std::string>, InodeId> wanted;
  InodeId next_id = 1;
  for (int batch = 0; batch < 200; ++batch) {
    std::vector<Item> items;
    for (int n = 0; n < 50; ++n) {
      InodeId parent = static_cast<InodeId>(random() % 300);
      std::string name = "n" + std::to_string(random() % 100);
      if (!wanted.emplace(std::pair(parent, name), next_id).second) continue;
      items.push_back(NewItem(parent, name, next_id++));
    }
    ASSERT_TRUE(cold->Write(items, WhenBusy::kWait));
    for (int n = 0; n < 10; ++n) {
      auto gone = std::next(wanted.begin(), random() % wanted.size());
      cold->Erase(gone->first.first, gone->first.second, gone->second);
      wanted.erase(gone);
    }
  }
  std::string names;
  for (const auto& [place, id] : wanted) {
    names += std::to_string(place.first) + place.second + " ";
    std::string row;
    EXPECT_TRUE(cold->Get(place.first, place.second, &row)) << place.first << place.second;
    ColdInodes::Place found;
    ASSERT_TRUE(cold->Find(id, &found)) << id;
    EXPECT_EQ(std::pair(found.parent, found.name), place);
  }
  EXPECT_EQ(Names(*cold->All()), names);
}

TEST_F(ColdInodesTest, AnIteratorSeesWhatWasThereWhenItWasMade) {
  auto cold = Open();
  ASSERT_TRUE(cold->Write({NewItem(0, "a", 1), NewItem(0, "b", 2)}, WhenBusy::kWait));
  std::unique_ptr<ColdInodes::Rows> rows = cold->All();
  cold->Erase(0, "a", 1);
  ASSERT_TRUE(cold->Write({NewItem(0, "c", 3)}, WhenBusy::kWait));
  cold->Clear();
  EXPECT_EQ(Names(*rows), "0a 0b ");
  EXPECT_EQ(Names(*cold->All()), "");
}

// Such a test runs in a program of its own: RocksDB's threads do not come along in a fork.
class ColdInodesDeathTest : public ColdInodesTest {
 protected:
  ColdInodesDeathTest() {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    place = folder_.path();
  }
  ~ColdInodesDeathTest() override { GTEST_FLAG_SET(death_test_style, "fast"); }

  [[noreturn]] static void End(int code) {
    // RocksDB's own thread may be deleting files there at the same time.
    std::error_code busy;
    for (int i = 0; i < 10 && (i == 0 || busy); ++i) std::filesystem::remove_all(place, busy);
    std::_Exit(code);
  }
  [[noreturn]] static void Tell(const Status& status) {
    std::fprintf(stderr, "told: %s\n", status.ToString().c_str());
    End(7);
  }
  static inline std::string place;
};

TEST_F(ColdInodesDeathTest, DiskThatIsNearlyFullEndsTheProcessWithItsReason) {
  auto child = [&] {
    ColdInodesOptions options = Options();
    options.on_failure = Tell;
    options.least_free_bytes = uint64_t{1} << 62;
    auto cold = ColdInodes::Open(options);
    if (!cold.ok()) End(1);
    (*cold)->Write({NewItem(0, "a", 1)}, WhenBusy::kWait);
    End(0);
  };
  EXPECT_EXIT(child(), ::testing::ExitedWithCode(7), "told: .*/metastore: its disk has only");
}

// "No such inode" would be a lie that a client acts on.
TEST_F(ColdInodesDeathTest, FileThatCannotBeReadEndsTheProcessWithItsReason) {
  auto child = [&] {
    ColdInodesOptions options = Options();
    options.on_failure = Tell;
    options.edge_cache_bytes = 0;
    auto cold = ColdInodes::Open(options);
    if (!cold.ok()) End(1);
    int rows = 0;
    for (; rows < 100'000 && (*cold)->DiskBytes() == 0; ++rows) {
      (*cold)->Write({NewItem(rows, "name" + std::to_string(rows), rows)}, WhenBusy::kWait);
    }
    for (const auto& file : std::filesystem::directory_iterator(options.folder)) {
      if (file.path().extension() == ".sst") std::filesystem::resize_file(file.path(), 0);
    }
    std::string row;
    for (int n = 0; n < rows; ++n) (*cold)->Get(n, "name" + std::to_string(n), &row);
    End(0);
  };
  EXPECT_EXIT(child(), ::testing::ExitedWithCode(7), "told: .*/metastore: ");
}

}  // namespace
}  // namespace alluxio::master
