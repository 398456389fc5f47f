// EntryText: a journal entry as people may see it: protobuf's text form, with "******" for the
// credentials that mount options hold. Pure function.
#pragma once

#include <cstdint>
#include <string>

#include "journal/journal.h"

namespace alluxio::journal {

enum class EntryLayout : uint8_t { kLines, kOneLine };

std::string EntryText(const JournalEntry& entry, EntryLayout layout);

}  // namespace alluxio::journal
