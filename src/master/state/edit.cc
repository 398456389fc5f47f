#include "master/state/edit.h"

#include "proto/journal/journal.pb.h"

namespace alluxio::master {

Edit::Edit(journal::Component component)
    : component_(component), entry_(std::make_unique<journal::JournalEntry>()) {}
Edit::Edit(Edit&&) noexcept = default;
Edit& Edit::operator=(Edit&&) noexcept = default;
Edit::~Edit() = default;

}  // namespace alluxio::master
