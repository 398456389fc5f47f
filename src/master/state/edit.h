// Edit: one journal entry on its way into a component, for code that does not see protos.
//
// Rooms that own a part of the state have functions that build Edits from plain values
// (tree/inode_entries.h, ...); operations hand them to EditContext::Record. Move-only value.
#pragma once

#include <memory>

#include "journal/journal.h"

namespace alluxio::master {

class Edit {
 public:
  // An empty entry of the component, to be filled through entry().
  explicit Edit(journal::Component component);
  Edit(Edit&&) noexcept;
  Edit& operator=(Edit&&) noexcept;
  ~Edit();

  journal::Component component() const { return component_; }
  journal::JournalEntry& entry() { return *entry_; }
  const journal::JournalEntry& entry() const { return *entry_; }

 private:
  journal::Component component_;
  std::unique_ptr<journal::JournalEntry> entry_;
};

}  // namespace alluxio::master
