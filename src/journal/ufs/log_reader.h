// LogReader: the entries of one log file, in order, with bounded memory. Thread-compatible.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "journal/journal.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

struct LogReaderOptions {
  int64_t offset = 0;    // where an entry begins; entries before it had checksums
  bool growing = false;  // somebody may be writing it at this moment
};

class LogReader {
 public:
  enum class Step {
    kEntry,    // an entry was read
    kEnd,      // the file ends after the previous entry
    kRoom,     // from here to its end the file has zeros only: room for entries never written
    kDamaged,  // at offset() there is no whole good entry; damage() says why
  };

  static Result<std::unique_ptr<LogReader>> Open(ufs::Ufs& ufs, const std::string& key,
                                                 const LogReaderOptions& options = {});

  // Reuses `entry`. Either all entries of a file have a checksum or none has: a master never
  // appends to another's log. After kDamaged the reader stays where it is. In a log that grows,
  // whatever is no whole entry with a good checksum is not written yet: kEnd.
  Result<Step> Next(JournalEntry* entry);

  // Of the entry Next() returned, or of the damage.
  int64_t offset() const { return offset_; }
  // Just behind the entry Next() returned: so many bytes of the file are good.
  int64_t good_bytes() const { return next_offset_; }
  // Its bytes in the file, length and all; until the next call.
  std::string_view bytes() const;
  int64_t length() const { return length_; }
  const std::string& damage() const { return damage_; }
  // "<root>/<key>: offset <n>"
  std::string Where() const { return PlaceOf(offset_); }
  std::string PlaceOf(int64_t offset) const;
  // Was anything behind the damage, of a number above `sequence_number`, flushed by a later flush?
  Result<bool> DamageIsInside(int64_t sequence_number);

 private:
  LogReader(std::string name, std::unique_ptr<ufs::UfsReader> file,
            const LogReaderOptions& options);
  Result<Step> ReadNext(JournalEntry* entry);
  // Makes `size` bytes at next_offset_ available; fewer at the end of the file.
  Result<std::string_view> Window(size_t size);
  Step Damaged(std::string why);
  Result<bool> OnlyZerosLeft();

  const std::string name_;
  std::unique_ptr<ufs::UfsReader> file_;
  const int64_t length_;
  const bool growing_;
  std::string buffer_;
  int64_t buffer_offset_;
  int64_t offset_;
  int64_t next_offset_;
  enum class Checksums { kUnknown, kNone, kAll } checksums_ = Checksums::kUnknown;
  std::string damage_;
};

}  // namespace alluxio::journal
