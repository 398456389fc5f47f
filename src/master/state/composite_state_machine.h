// CompositeStateMachine: one journal component made of parts.
//
// An entry goes to the first part, in the given order, that knows its payload; one that none knows
// is INVALID_ARGUMENT, except the jobs a Java master keeps there: they are passed over. An applied
// entry with an operation id is remembered in the retry cache. Checkpoints are Alluxio's COMPOUND
// form, one named piece per part.
#pragma once

#include <vector>

#include "master/state/journaled_part.h"
#include "master/state/retry_cache.h"
#include "master/state/listing_marks.h"
#include "master/state/store_edits.h"

namespace alluxio::master {

class CompositeStateMachine final : public journal::StateMachine {
 public:
  // Parts and the rest outlive this; all but the parts may be null.
  CompositeStateMachine(journal::Component component, std::vector<JournaledPart*> parts,
                        RetryCache* retries, StoreEdits* store_edits = nullptr,
                        ListingMarks* listings = nullptr);

  journal::Component component() const override { return component_; }
  Status Apply(const journal::JournalEntry& entry) override;
  void Prefetch(const journal::JournalEntry& entry) const override;
  void Reset() override;
  Status WriteCheckpoint(journal::CheckpointSink& sink) const override;
  // A piece whose name no part has is INVALID_ARGUMENT, but for a Java master's jobs; a missing
  // piece leaves its part empty.
  Status ReadCheckpoint(journal::CheckpointSource& source) override;
  Status VisitEntries(const journal::EntryVisitor& visit) const override;

 private:
  const journal::Component component_;
  const std::vector<JournaledPart*> parts_;
  RetryCache* const retries_;
  StoreEdits* const store_edits_;
  ListingMarks* const listings_;
};

}  // namespace alluxio::master
