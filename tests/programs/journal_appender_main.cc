// Appends numbered entries to a journal and prints every number once it is acknowledged; or prints
// every number a journal holds. For tests that cut the power of the disk below it. Or takes the
// folder of a real master over, as one of several masters does, and ends as if it was killed.
//
//   journal-appender format|append|read|takeover <journal folder>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "journal/ufs/format_journal.h"
#include "journal/ufs/journal_dump.h"
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
  Status VisitEntries(const EntryVisitor&) const override {
    return Unimplemented("this program makes no backups");
  }
  std::vector<int64_t> numbers;
};

// The newest entry of the kind that says again what is so already.
Result<JournalEntry> Repeated(ufs::Ufs& ufs, Component component) {
  JournalEntry newest;
  std::string note;
  RETURN_IF_ERROR(VisitJournal(
      ufs, {.component = std::string(ComponentName(component))},
      [&](const JournalEntry& entry, const EntryPlace&) {
        bool repeats = entry.has_inode_directory_id_generator() ||
                       entry.has_block_container_id_generator() || entry.has_cluster_info();
        if (repeats) newest = entry;
        return OkStatus();
      },
      &note));
  if (!newest.has_sequence_number()) return NotFound("nothing to repeat");
  newest.clear_sequence_number();
  newest.clear_starts_flush();
  newest.clear_entry_crc32c();
  return newest;
}

Status TakeOver(const std::shared_ptr<ufs::Ufs>& ufs) {
  election::Lease lease(Clock::Real());
  lease.Extend(Clock::Real().Monotonic() + std::chrono::hours(1));
  std::unique_ptr<UfsJournal> journal = UfsJournal::Create(ufs, {.lease = &lease});
  RETURN_IF_ERROR(journal->Follow({}, {}).status());
  JournalEntry entries[std::size(kComponents)];
  for (Component component : kComponents) {
    ASSIGN_OR_RETURN(entries[IndexOf(component)], Repeated(*ufs, component));
  }
  RETURN_IF_ERROR(journal->TakeOver(
      [&](Component component) { return entries[IndexOf(component)]; }));
  // An edit of the new one, in an open log behind the entry that it began with.
  Position last = 0;
  for (Component component : kComponents) {
    last = journal->Append(component, entries[IndexOf(component)]);
  }
  RETURN_IF_ERROR(journal->WaitDurable(last));
  std::fflush(stdout);
  ::_exit(0);
}

Status Run(const std::string& what, const std::string& folder) {
  std::shared_ptr<ufs::Ufs> ufs = ufs::LocalUfs::Open(folder, {});
  if (what == "format") return FormatJournal(*ufs, Clock::Real());
  if (what == "takeover") return TakeOver(ufs);
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
    std::fprintf(stderr, "usage: journal-appender format|append|read|takeover <folder>\n");
    return 2;
  }
  alluxio::Status status = alluxio::journal::Run(argv[1], argv[2]);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::fflush(stdout);
  ::_exit(status.ok() ? 0 : 1);  // a journal that cannot be written is not closed either
}
