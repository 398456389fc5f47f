// EntryBytes: a journal entry as bytes, the same that protobuf makes of it.
//
// The kinds that every create, complete, rename and delete of a file records are written by hand:
// protobuf asks each of the fifty kinds whether it is there, twice, and each message for its size
// before it writes it. What is rare in those kinds, and every other kind, is left to protobuf.
#pragma once

#include <string>

#include "journal/journal.h"

namespace alluxio::journal {

// Replaces what is in `out`. CHECKs that the entry can be serialized.
void EntryToBytes(const JournalEntry& entry, std::string* out);

// False when the entry is one for protobuf; `out` is as it was then.
bool WriteByHand(const JournalEntry& entry, std::string* out);

}  // namespace alluxio::journal
