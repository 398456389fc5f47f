#include "master/state/edit_context.h"

#include "base/check.h"
#include "journal/entry_text.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

namespace {

journal::StateMachine& MachineOf(Ledger& ledger, journal::Component component) {
  journal::StateMachine* machine = nullptr;
  switch (component) {
    case journal::Component::kFileSystem: machine = ledger.file_system; break;
    case journal::Component::kBlock: machine = ledger.block; break;
    case journal::Component::kMeta: machine = ledger.meta; break;
  }
  CHECK(machine != nullptr) << "no state machine for " << journal::ComponentName(component);
  return *machine;
}

}  // namespace

Status EditContext::CheckAdmitted() const {
  if (ledger_.journal->WouldAdmit()) return OkStatus();
  return ResourceExhausted("journal: too many edits wait for the disk, try again later");
}

EditContext::~EditContext() {
  if (begun_) ledger_.journal->EndTogether(*begun_);
}

void EditContext::Record(Edit edit) {
  if (!begun_) {
    begun_ = edit.component();
    ledger_.journal->BeginTogether(*begun_);
  }
  last_ = ledger_.journal->Append(edit.component(), edit.entry());
  // Only the namespace is read through the undurable table; the tree lock is held for it.
  bool tracked =
      ledger_.undurable != nullptr && edit.component() == journal::Component::kFileSystem;
  if (tracked) ledger_.undurable->SetPosition(last_);
  Status applied = MachineOf(ledger_, edit.component()).Apply(edit.entry());
  if (tracked) ledger_.undurable->SetPosition(0);
  // The journal holds the entry already: memory and disk would part ways.
  CHECK(applied.ok()) << "edit cannot be applied: " << applied.ToString() << " entry "
                      << journal::EntryText(edit.entry(), journal::EntryLayout::kOneLine);
  op_.SawPosition(last_);
}

void EditContext::RecordOutcome(Edit edit) {
  if (op_.operation_id()) {
    auto* id = edit.entry().mutable_operationid();
    id->set_mostsignificantbits(op_.operation_id()->high);
    id->set_leastsignificantbits(op_.operation_id()->low);
  }
  Record(std::move(edit));
}

}  // namespace alluxio::master
