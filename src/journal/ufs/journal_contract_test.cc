// The journal on an under store, and the one in memory that other rooms test with, sign the same
// contract.
#include "tests/contract/journal_contract.h"

#include "journal/ufs/format_journal.h"
#include "journal/ufs/ufs_journal.h"
#include "tests/fixtures/lease_ufs.h"
#include "tests/fixtures/memory_journal.h"
#include "tests/fixtures/temp_folder.h"
#include "ufs/local/local_ufs.h"

namespace alluxio::journal {
namespace {

class FolderWorld final : public JournalWorld {
 public:
  // With `leases`, logs are as on HDFS.
  explicit FolderWorld(bool leases) {
    if (leases) store_ = std::make_shared<ufs::LeaseUfs>(store_);
    Status formatted = FormatJournal(*Open(), Clock::Real());
    CHECK(formatted.ok()) << formatted.ToString();
  }
  Journal& Reopen() override {
    journal_.reset();
    UfsJournalOptions options;
    options.log_size_bytes_max = 300;  // so that logs rotate
    journal_ = UfsJournal::Create(Open(), options);
    return *journal_;
  }

 private:
  std::shared_ptr<ufs::Ufs> Open() { return store_; }

  TempFolder folder_;
  std::shared_ptr<ufs::Ufs> store_ = ufs::LocalUfs::Open(folder_.path(), {});
  std::unique_ptr<UfsJournal> journal_;
};

class MemoryWorld final : public JournalWorld {
 public:
  Journal& Reopen() override { return journal_; }

 private:
  MemoryJournal journal_;
};

std::unique_ptr<JournalWorld> MakeFolder() {
  return std::make_unique<FolderWorld>(false);
}
std::unique_ptr<JournalWorld> MakeLeases() { return std::make_unique<FolderWorld>(true); }
std::unique_ptr<JournalWorld> MakeMemory() { return std::make_unique<MemoryWorld>(); }

INSTANTIATE_TEST_SUITE_P(Folder, JournalContract, ::testing::Values(&MakeFolder));
INSTANTIATE_TEST_SUITE_P(Leases, JournalContract, ::testing::Values(&MakeLeases));
INSTANTIATE_TEST_SUITE_P(Memory, JournalContract, ::testing::Values(&MakeMemory));

}  // namespace
}  // namespace alluxio::journal
