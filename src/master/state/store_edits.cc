#include "master/state/store_edits.h"

#include "base/log.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::master {

using Proto = ::alluxio::proto::journal::StoreEdit;

void StoreEdits::RememberEntry(const journal::JournalEntry& entry) {
  if (!entry.has_store_edit()) return;
  const Proto& from = entry.store_edit();
  if (from.ended()) {
    edits_.erase(from.inode_id());
    return;
  }
  StoreEdit edit;
  edit.inode = from.inode_id();
  edit.path = from.path();
  edit.to = from.to();
  edit.user = from.user();
  if (from.has_operation()) {
    edit.operation = OperationId{from.operation().mostsignificantbits(),
                                 from.operation().leastsignificantbits()};
  }
  switch (from.kind()) {
    case Proto::RENAME:
      edit.kind = StoreEdit::Kind::kRename;
      break;
    case Proto::DELETE:
      edit.kind = StoreEdit::Kind::kDelete;
      break;
    default:
      LOG_ERROR("journal: an unknown kind of under-store edit is passed over path={}", edit.path);
      return;
  }
  edits_[edit.inode] = std::move(edit);
}

std::vector<StoreEdit> StoreEdits::All() const {
  std::vector<StoreEdit> all;
  all.reserve(edits_.size());
  for (const auto& [inode, edit] : edits_) all.push_back(edit);
  return all;
}

void MarkBegin(const StoreEdit& what, Edit* edit) {
  Proto* to = edit->entry().mutable_store_edit();
  to->set_inode_id(what.inode);
  to->set_kind(what.kind == StoreEdit::Kind::kRename ? Proto::RENAME : Proto::DELETE);
  to->set_path(what.path);
  if (!what.to.empty()) to->set_to(what.to);
  if (!what.user.empty()) to->set_user(what.user);
  if (what.operation) {
    to->mutable_operation()->set_mostsignificantbits(what.operation->high);
    to->mutable_operation()->set_leastsignificantbits(what.operation->low);
  }
}

void MarkEnd(InodeId inode, Edit* edit) {
  Proto* to = edit->entry().mutable_store_edit();
  to->set_inode_id(inode);
  to->set_ended(true);
}

}  // namespace alluxio::master
