#include "master/state/edit.h"

#include <utility>

#include "proto/journal/journal.pb.h"

namespace alluxio::master {

namespace {

// An entry of this thread that is used again, with the parts and strings it has by now: making and
// freeing those took as long as the rest of an edit. Large ones are not held on to.
constexpr int kMostKeptBytes = 4096;
thread_local std::unique_ptr<journal::JournalEntry> kept;

}  // namespace

Edit::Edit(journal::Component component) : component_(component), entry_(std::move(kept)) {
  if (entry_ == nullptr) entry_ = std::make_unique<journal::JournalEntry>();
}
Edit::Edit(Edit&&) noexcept = default;
Edit& Edit::operator=(Edit&&) noexcept = default;
Edit::~Edit() {
  // The size is of the last time it was serialized, by the journal.
  if (entry_ == nullptr || kept != nullptr || entry_->GetCachedSize() > kMostKeptBytes) return;
  entry_->Clear();
  kept = std::move(entry_);
}

}  // namespace alluxio::master
