#include "master/state/journaled_part.h"

#include "journal/checkpoint_format.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

Status EntryListPart::WriteCheckpoint(journal::CheckpointSink& sink) const {
  RETURN_IF_ERROR(journal::WriteCheckpointType(sink, journal::CheckpointType::kJournalEntry));
  journal::MessageWriter writer(sink);
  RETURN_IF_ERROR(VisitEntries(
      [&writer](const journal::JournalEntry& entry) { return writer.Write(entry); }));
  return writer.Finish();
}

Status EntryListPart::ReadCheckpoint(journal::CheckpointSource& source) {
  RETURN_IF_ERROR(journal::ExpectCheckpointType(source, journal::CheckpointType::kJournalEntry,
                                                checkpoint_name()));
  journal::MessageReader reader(source);
  journal::JournalEntry entry;
  for (;;) {
    ASSIGN_OR_RETURN(bool more, reader.Read(&entry));
    if (!more) return OkStatus();
    Result<Handling> handled = Apply(entry);
    if (!handled.ok()) return handled.status().WithContext(checkpoint_name());
  }
}

}  // namespace alluxio::master
