// Reading a journal folder for people: every entry with its place, and the text files that
// "alluxio readJournal" writes. Takes no lock and changes nothing, so it works beside a master;
// then it may see the torn end of what is being written.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include "base/status.h"
#include "journal/journal.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

struct JournalDumpOptions {
  std::string component = "FileSystemMaster";  // the folder's name
  int64_t start = 0;                           // sequence numbers, start inclusive
  int64_t end = std::numeric_limits<int64_t>::max();  // exclusive
};

struct EntryPlace {
  std::string_view file;  // key below the journal folder
  int64_t offset = 0;     // of the entry in the file
};

// Calls `visit` for every entry of the logs in order, duplicates left out; an error from it ends
// the walk. DATA_LOSS with file and offset where a completed log is damaged. `end_note` says why
// the walk ended before the end of an open log, "" when it did not.
Status VisitJournal(ufs::Ufs& journal, const JournalDumpOptions& options,
                    const std::function<Status(const JournalEntry&, const EntryPlace&)>& visit,
                    std::string* end_note);

// Writes below the root of `out`: "edits.txt", where each entry is a line of 80 dashes and its
// protobuf text, and "checkpoints-<number>/..." with one text file per part of each checkpoint, or
// the file "checkpoints-<number>" when a checkpoint has no parts.
Status DumpJournal(ufs::Ufs& journal, const JournalDumpOptions& options, ufs::Ufs& out);

}  // namespace alluxio::journal
