// A journal entry in a log: varint length, serialized JournalEntry. docs/format/journal.md.
//
// Our entries carry starts_flush (9999) on the first of each flush and end with entry_crc32c
// (10000), seven bytes: three of tag, four of CRC over everything before them. Entries written by
// Java have neither.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "journal/journal.h"

namespace alluxio::journal {

struct FrameHeader {
  int64_t sequence_number = 0;
  bool starts_flush = false;
};

// `payload` is a serialized JournalEntry without any of the fields the frame adds.
void AppendFrame(const FrameHeader& header, std::string_view payload, std::string* out);

// Gives the first frame of `frames`, one that AppendFrame made, its starts_flush if it has none.
// Returns by how many bytes it grew.
size_t MarkStartsFlush(std::string* frames);

// Parses the bytes of one entry, without its length. Empty when good, else what is wrong with it:
// no protobuf, no sequence number, CRC mismatch.
std::string_view ParseEntry(std::string_view bytes, JournalEntry* entry);

// Were the first bytes of a log written with checksums, even though its first entry, as it reads
// now, has none? True when a longer first entry, or any later one, has a good CRC.
bool LostItsChecksum(std::string_view first_bytes);

// Is there, anywhere in `bytes`, a whole entry with a good CRC that starts a flush and has a
// sequence number above `sequence_number`? The bytes need not begin at an entry.
bool HasLaterFlush(std::string_view bytes, int64_t sequence_number);

}  // namespace alluxio::journal
