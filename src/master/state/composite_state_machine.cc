#include "master/state/composite_state_machine.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/log.h"
#include "journal/checkpoint_format.h"
#include "journal/entry_text.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

namespace {

// The copy jobs of a Java master of 2.10. Nothing runs them here, and dropping them loses no file:
// whoever wants one submits it again.
bool IsForeignJob(const journal::JournalEntry& entry) { return entry.has_copy_job(); }

}  // namespace

CompositeStateMachine::CompositeStateMachine(journal::Component component,
                                             std::vector<JournaledPart*> parts,
                                             RetryCache* retries, StoreEdits* store_edits,
                                             ListingMarks* listings)
    : component_(component),
      parts_(std::move(parts)),
      retries_(retries),
      store_edits_(store_edits),
      listings_(listings) {}

Status CompositeStateMachine::Apply(const journal::JournalEntry& entry) {
  for (JournaledPart* part : parts_) {
    ASSIGN_OR_RETURN(Handling handling, part->Apply(entry));
    if (handling == Handling::kNotMine) continue;
    if (retries_ != nullptr && entry.has_operationid()) retries_->RememberEntry(entry);
    if (store_edits_ != nullptr) store_edits_->RememberEntry(entry);
    if (listings_ != nullptr) listings_->RememberEntry(entry);
    return OkStatus();
  }
  if (IsForeignJob(entry)) {
    LOG_WARN("journal: a job of a Java master is passed over sequence={}",
             entry.sequence_number());
    return OkStatus();
  }
  return InvalidArgument(std::string(journal::ComponentName(component_)) +
                         ": journal entry of an unknown kind: " +
                         journal::EntryText(entry, journal::EntryLayout::kOneLine));
}

void CompositeStateMachine::Prefetch(const journal::JournalEntry& entry) const {
  for (const JournaledPart* part : parts_) part->Prefetch(entry);
}

void CompositeStateMachine::Reset() {
  for (JournaledPart* part : parts_) part->Reset();
  if (retries_ != nullptr) retries_->Clear();
  if (store_edits_ != nullptr) store_edits_->Clear();
  if (listings_ != nullptr) listings_->Clear();
}

Status CompositeStateMachine::WriteCheckpoint(journal::CheckpointSink& sink) const {
  journal::CompoundWriter compound(sink);
  RETURN_IF_ERROR(compound.Begin());
  for (const JournaledPart* part : parts_) {
    if (!part->InCheckpoint()) continue;
    RETURN_IF_ERROR(compound.BeginPart(part->checkpoint_name()));
    RETURN_IF_ERROR(part->WriteCheckpoint(compound.part()));
    RETURN_IF_ERROR(compound.EndPart());
  }
  return OkStatus();
}

Status CompositeStateMachine::VisitEntries(const journal::EntryVisitor& visit) const {
  for (const JournaledPart* part : parts_) RETURN_IF_ERROR(part->VisitEntries(visit));
  return OkStatus();
}

Status CompositeStateMachine::ReadCheckpoint(journal::CheckpointSource& source) {
  std::string_view owner = journal::ComponentName(component_);
  RETURN_IF_ERROR(
      journal::ExpectCheckpointType(source, journal::CheckpointType::kCompound, owner));
  journal::CompoundReader compound(source);
  for (;;) {
    std::string name;
    ASSIGN_OR_RETURN(bool more, compound.NextPart(&name));
    if (!more) return OkStatus();
    auto found = std::find_if(parts_.begin(), parts_.end(), [&name](const JournaledPart* part) {
      return part->checkpoint_name() == name;
    });
    if (found == parts_.end()) {
      return InvalidArgument(std::string(owner) + ": checkpoint has an unknown part " + name);
    }
    Status read = (*found)->ReadCheckpoint(compound.part());
    if (!read.ok()) return read.WithContext(std::string(owner) + ": checkpoint part " + name);
  }
}

}  // namespace alluxio::master
