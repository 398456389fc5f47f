// Appends numbered entries to a journal and prints every number once it is acknowledged; or prints
// every number a journal holds. For tests that cut the power of the disk below it.
//
//   journal-appender format|append|read <journal folder>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "journal/ufs/format_journal.h"
#include "journal/ufs/ufs_journal.h"
#include "proto/journal/journal.pb.h"
#include "ufs/local/local_ufs.h"

namespace alluxio::journal {
namespace {

class PrintingMachine final : public StateMachine {
 public:
  Component component() const override { return Component::kBlock; }
  Status Apply(const JournalEntry& entry) override {
    numbers.push_back(entry.delete_block().block_id());
    return OkStatus();
  }
  void Reset() override { numbers.clear(); }
  Status WriteCheckpoint(CheckpointSink&) const override {
    return Unimplemented("this program writes no checkpoints");
  }
  Status ReadCheckpoint(CheckpointSource&) override {
    return Unimplemented("this program reads no checkpoints");
  }
  std::vector<int64_t> numbers;
};

Status Run(const std::string& what, const std::string& folder) {
  std::shared_ptr<ufs::Ufs> ufs = ufs::LocalUfs::Open(folder, {});
  if (what == "format") return FormatJournal(*ufs, Clock::Real());
  PrintingMachine machine;
  std::unique_ptr<UfsJournal> journal =
      UfsJournal::Create(ufs, {.log_size_bytes_max = 4096, .flush_timeout = 0s});
  RETURN_IF_ERROR(journal->Recover({&machine}).status());
  if (what == "read") {
    for (int64_t number : machine.numbers) std::printf("%lld\n", static_cast<long long>(number));
    return OkStatus();
  }
  for (int64_t number = static_cast<int64_t>(machine.numbers.size()); true; ++number) {
    JournalEntry entry;
    entry.mutable_delete_block()->set_block_id(number);
    Position position = journal->Append(Component::kBlock, entry);
    if (number % 3 != 0) continue;  // so that a flush holds several
    RETURN_IF_ERROR(journal->WaitDurable(position));
    std::printf("%lld\n", static_cast<long long>(number));
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace alluxio::journal

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: journal-appender format|append|read <journal folder>\n");
    return 2;
  }
  alluxio::Status status = alluxio::journal::Run(argv[1], argv[2]);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::fflush(stdout);
  ::_exit(status.ok() ? 0 : 1);  // a journal that cannot be written is not closed either
}
