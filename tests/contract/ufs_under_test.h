// UfsUnderTest: the store that the contract of ufs/ufs.h is tried on, and what its tests share.
// For ufs_contract.h.
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
#include "ufs/ufs.h"

namespace alluxio::ufs {

struct UfsLimits {
  size_t listed_entries = 1000;   // of the big folder; ALLUXIO_CONTRACT_ENTRIES overrides
  int64_t large_bytes = 0;        // of the large file, 0 = none; ALLUXIO_CONTRACT_LARGE_BYTES
  std::vector<std::string> no_names;  // odd names that the store itself refuses
  bool pins_versions = true;      // a reader notices that its file was replaced
  bool lists_lengths = true;      // and hashes, not names only
  std::string type;               // what type() must be, "" = not checked
};

struct UfsUnderTest {
  std::shared_ptr<Ufs> ufs;
  std::shared_ptr<void> cleanup;  // destroyed after the test
  UfsLimits limits;
};

class UfsContract : public ::testing::TestWithParam<UfsUnderTest (*)()> {
 protected:
  void SetUp() override {
    under_test_ = GetParam()();
    if (under_test_.ufs == nullptr) GTEST_SKIP() << "the store is not there";
  }
  Ufs& ufs() { return *under_test_.ufs; }
  const UfsLimits& limits() const { return under_test_.limits; }

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
  // Of a log, which may be readable a moment after it was synced only.
  void ExpectSoon(const std::string& key, const std::string& text) {
    for (int i = 0; i < 1200 && Get(key) != text; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_EQ(Get(key), text);
  }
  // Keys as a listing has them: `names` with a "/" at the end are folders.
  std::vector<std::string> InOrder(std::vector<std::string> names) {
    std::vector<UfsStatus> statuses;
    for (std::string& name : names) {
      bool folder = name.back() == '/';
      statuses.push_back({.key = folder ? name.substr(0, name.size() - 1) : name,
                          .is_directory = folder});
    }
    std::sort(statuses.begin(), statuses.end(), [this](const UfsStatus& a, const UfsStatus& b) {
      return ListOrder(ufs(), a) < ListOrder(ufs(), b);
    });
    std::vector<std::string> keys;
    for (const UfsStatus& status : statuses) keys.push_back(status.key);
    return keys;
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

}  // namespace alluxio::ufs
