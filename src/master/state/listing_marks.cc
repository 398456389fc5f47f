#include "master/state/listing_marks.h"

#include <algorithm>

#include "proto/journal/journal.pb.h"

namespace alluxio::master {

using Proto = ::alluxio::proto::journal::ListingMark;

void ListingMarks::RememberEntry(const journal::JournalEntry& entry) {
  if (!marks_.empty()) {
    if (entry.has_delete_file()) marks_.erase(entry.delete_file().id());
    const auto& update = entry.update_inode_directory();
    if (update.has_direct_children_loaded() && !update.direct_children_loaded()) {
      marks_.erase(update.id());
    }
  }
  if (!entry.has_listing_mark()) return;
  const Proto& from = entry.listing_mark();
  if (from.ended()) {
    marks_.erase(from.directory_id());
    return;
  }
  ListingMark mark;
  mark.directory = from.directory_id();
  mark.compares = from.compares();
  mark.skipped = from.skipped();
  mark.store = from.store();
  mark.page = from.page();
  mark.position = from.position();
  mark.began_ms = from.began_ms();
  mark.noted_ms = from.noted_ms();
  marks_[mark.directory] = std::move(mark);
  if (marks_.size() <= limit_) return;
  marks_.erase(std::min_element(marks_.begin(), marks_.end(), [](const auto& a, const auto& b) {
    return a.second.noted_ms < b.second.noted_ms;
  }));
}

const ListingMark* ListingMarks::Find(InodeId directory) const {
  auto found = marks_.find(directory);
  return found == marks_.end() ? nullptr : &found->second;
}

std::vector<ListingMark> ListingMarks::All() const {
  std::vector<ListingMark> all;
  all.reserve(marks_.size());
  for (const auto& [id, mark] : marks_) all.push_back(mark);
  return all;
}

StoreStamp& StoreStamp::Add(std::string_view text) {
  auto mix = [this](uint8_t byte) { value_ = (value_ ^ byte) * 1099511628211ULL; };
  for (char c : text) mix(static_cast<uint8_t>(c));
  // "ab", "c" is not "a", "bc".
  for (size_t size = text.size(); size > 0; size >>= 8) mix(static_cast<uint8_t>(size));
  mix(0);
  return *this;
}

void MarkListing(const ListingMark& mark, Edit* edit) {
  Proto* to = edit->entry().mutable_listing_mark();
  to->set_directory_id(mark.directory);
  if (mark.compares) to->set_compares(true);
  if (mark.skipped) to->set_skipped(true);
  to->set_store(mark.store);
  to->set_page(mark.page);
  to->set_position(mark.position);
  to->set_began_ms(mark.began_ms);
  to->set_noted_ms(mark.noted_ms);
}

void MarkListingEnd(InodeId directory, Edit* edit) {
  Proto* to = edit->entry().mutable_listing_mark();
  to->set_directory_id(directory);
  to->set_ended(true);
}

}  // namespace alluxio::master
