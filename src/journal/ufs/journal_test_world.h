// What the tests of this room share: a journal folder.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "journal/ufs/format_journal.h"
#include "journal/ufs/ufs_journal.h"
#include "proto/journal/journal.pb.h"
#include "tests/fixtures/crash_disk.h"
#include "tests/fixtures/remembering_machine.h"
#include "ufs/local/local_ufs.h"

namespace alluxio::journal {

// One life of a master process.
struct JournalLife {
  explicit JournalLife(std::shared_ptr<ufs::Ufs> ufs, UfsJournalOptions options = {}) {
    journal = UfsJournal::Create(std::move(ufs), std::move(options));
    recovered = journal->Recover({&fs, &block, &meta});
  }
  RememberingMachine& machine(Component component) {
    return component == Component::kFileSystem ? fs
           : component == Component::kBlock    ? block
                                               : meta;
  }
  // As a live edit: append and apply.
  Position Add(Component component, int64_t id) {
    Position position = journal->Append(component, NumberedEntry(id));
    EXPECT_TRUE(machine(component).Apply(NumberedEntry(id)).ok());
    return position;
  }
  Status Checkpoint() {
    return journal->Checkpoint([](const std::function<void()>& frozen) { frozen(); });
  }

  RememberingMachine fs{Component::kFileSystem};
  RememberingMachine block{Component::kBlock};
  RememberingMachine meta{Component::kMeta};
  Result<ReplayReport> recovered = FailedPrecondition("not yet");
  std::unique_ptr<UfsJournal> journal;  // destroyed first: it uses the machines
};

class JournalTest : public ::testing::Test {
 protected:
  void SetUp() override { Format(); }
  void Format() { ASSERT_TRUE(FormatJournal(*ufs_, Clock::Real()).ok()); }
  std::unique_ptr<JournalLife> Start(UfsJournalOptions options = {}) {
    return std::make_unique<JournalLife>(ufs_, std::move(options));
  }
  std::vector<std::string> Keys(const std::string& key) {
    std::vector<std::string> keys;
    Result<ufs::UfsListing> listing = ufs_->List(key, {.recursive = true, .limit = 10'000});
    if (!listing.ok()) return keys;
    for (const ufs::UfsStatus& status : listing->entries) keys.push_back(status.key);
    return keys;
  }
  std::string ReadFile(const std::string& key) {
    Result<std::unique_ptr<ufs::UfsReader>> reader = ufs_->Open(key);
    if (!reader.ok()) return reader.status().ToString();
    std::string text(static_cast<size_t>((*reader)->status().length), '\0');
    EXPECT_TRUE((*reader)->ReadAt(0, text).ok());
    return text;
  }
  void WriteFile(const std::string& key, std::string_view bytes) {
    Result<std::unique_ptr<ufs::UfsWriter>> writer = ufs_->Create(key, {});
    ASSERT_TRUE(writer.ok()) << writer.status();
    ASSERT_TRUE((*writer)->Write(bytes).ok());
    ASSERT_TRUE((*writer)->Commit().ok());
  }

  std::unique_ptr<Rng> rng_ = Rng::Seeded(1);
  CrashDisk disk_{*rng_};
  std::shared_ptr<ufs::Ufs> ufs_ =
      ufs::LocalUfs::Open("/journal", {.disk = &disk_, .rng = rng_.get()});
};

}  // namespace alluxio::journal
