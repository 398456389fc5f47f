#include "journal/ufs/log_reader.h"

#include <algorithm>

#include "journal/frame.h"
#include "journal/varint.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

constexpr size_t kBuffer = 4 << 20;
constexpr size_t kGrowingBuffer = 64 << 10;  // what is new in it is little
// So much of a file without checksums is searched for signs that it had them.
constexpr size_t kProbe = 64 * 1024;

}  // namespace

Result<std::unique_ptr<LogReader>> LogReader::Open(ufs::Ufs& ufs, const std::string& key,
                                                   const LogReaderOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsReader> file, ufs.Open(key));
  return std::unique_ptr<LogReader>(
      new LogReader(ufs.root() + "/" + key, std::move(file), options));
}

LogReader::LogReader(std::string name, std::unique_ptr<ufs::UfsReader> file,
                     const LogReaderOptions& options)
    : name_(std::move(name)),
      file_(std::move(file)),
      length_(file_->status().length),
      growing_(options.growing),
      buffer_offset_(options.offset),
      offset_(options.offset),
      next_offset_(options.offset),
      checksums_(options.offset > 0 ? Checksums::kAll : Checksums::kUnknown) {}

Result<std::string_view> LogReader::Window(size_t size) {
  size = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(size),
                                               length_ - next_offset_));
  size_t begin = static_cast<size_t>(next_offset_ - buffer_offset_);
  if (buffer_.size() - begin < size) {
    buffer_.erase(0, begin);
    buffer_offset_ = next_offset_;
    begin = 0;
    size_t have = buffer_.size();
    size_t left = static_cast<size_t>(length_ - buffer_offset_);
    buffer_.resize(std::max(size, std::min(left, growing_ ? kGrowingBuffer : kBuffer)));
    std::span<char> room(buffer_.data() + have, buffer_.size() - have);
    ASSIGN_OR_RETURN(size_t n, file_->ReadAt(buffer_offset_ + static_cast<int64_t>(have), room));
    buffer_.resize(have + n);
    size = std::min(size, buffer_.size());  // the file became shorter
  }
  return std::string_view(buffer_).substr(begin, size);
}

Result<bool> LogReader::OnlyZerosLeft() {
  std::string block(kProbe, '\0');
  for (int64_t at = offset_; at < length_;) {
    ASSIGN_OR_RETURN(size_t n, file_->ReadAt(at, block));
    if (n == 0) break;  // the file became shorter
    if (std::string_view(block).substr(0, n).find_first_not_of('\0') != std::string_view::npos) {
      return false;
    }
    at += static_cast<int64_t>(n);
  }
  return true;
}

LogReader::Step LogReader::Damaged(std::string why) {
  damage_ = std::move(why);
  return Step::kDamaged;
}

Result<LogReader::Step> LogReader::Next(JournalEntry* entry) {
  ASSIGN_OR_RETURN(Step step, ReadNext(entry));
  return growing_ && step != Step::kEntry ? Step::kEnd : step;
}

Result<LogReader::Step> LogReader::ReadNext(JournalEntry* entry) {
  offset_ = next_offset_;
  if (offset_ >= length_) return Step::kEnd;
  ASSIGN_OR_RETURN(std::string_view window, Window(kMaxVarintBytes));
  uint64_t size = 0;
  size_t header = ParseVarint(window, &size);
  if (header == 0) {
    return Damaged(window.size() < kMaxVarintBytes ? "ends inside a length" : "damaged length");
  }
  if (size == 0 && growing_) return Step::kRoom;
  if (size == 0) {
    ASSIGN_OR_RETURN(bool room, OnlyZerosLeft());
    return room ? Step::kRoom : Damaged("an entry of no bytes");
  }
  if (size > static_cast<uint64_t>(length_ - offset_) - header) {
    return Damaged("ends inside an entry");
  }
  ASSIGN_OR_RETURN(window, Window(header + size));
  if (window.size() < header + size) return Damaged("ends inside an entry");
  std::string_view wrong = ParseEntry(window.substr(header), entry);
  if (!wrong.empty()) return Damaged(std::string(wrong));
  if (growing_ && !entry->has_entry_crc32c()) return Damaged("no checksum");
  Checksums found = entry->has_entry_crc32c() ? Checksums::kAll : Checksums::kNone;
  if (checksums_ != Checksums::kUnknown && checksums_ != found) {
    return Damaged("only some entries of the file have a checksum");
  }
  if (checksums_ == Checksums::kUnknown && found == Checksums::kNone) {
    ASSIGN_OR_RETURN(std::string_view first, Window(kProbe));
    if (LostItsChecksum(first)) return Damaged("the first entry lost its checksum");
  }
  checksums_ = found;
  next_offset_ += static_cast<int64_t>(header + size);
  return Step::kEntry;
}

std::string_view LogReader::bytes() const {
  return std::string_view(buffer_).substr(static_cast<size_t>(offset_ - buffer_offset_),
                                          static_cast<size_t>(next_offset_ - offset_));
}

std::string LogReader::PlaceOf(int64_t offset) const {
  return name_ + ": offset " + std::to_string(offset);
}

Result<bool> LogReader::DamageIsInside(int64_t sequence_number) {
  // What one flush wrote fits in memory by the limit on the journal's queue; so does the rest of an
  // open log, which is rotated at a few megabytes.
  std::string rest(static_cast<size_t>(length_ - offset_), '\0');
  ASSIGN_OR_RETURN(size_t n, file_->ReadAt(offset_, rest));
  return HasLaterFlush(std::string_view(rest).substr(0, n), sequence_number);
}

}  // namespace alluxio::journal
