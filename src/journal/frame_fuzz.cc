// Fuzz target: bytes of a journal folder nobody has checked.
//
//   clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -Isrc src/journal/frame_fuzz.cc ...
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "journal/checkpoint_format.h"
#include "journal/frame.h"
#include "journal/string_checkpoint.h"
#include "journal/varint.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

// Whatever parses and carries a checksum has to come out of AppendFrame again unharmed.
void FuzzEntry(std::string_view bytes) {
  JournalEntry entry;
  if (!ParseEntry(bytes, &entry).empty()) return;
  FrameHeader header{entry.sequence_number(), entry.starts_flush()};
  entry.clear_sequence_number();
  entry.clear_starts_flush();
  entry.clear_entry_crc32c();
  std::string frame;
  AppendFrame(header, entry.SerializeAsString(), &frame);
  uint64_t length = 0;
  size_t prefix = ParseVarint(frame, &length);
  CHECK(prefix + length == frame.size());
  CHECK(ParseEntry(std::string_view(frame).substr(prefix), &entry).empty());
}

// Follows compounds to a fixed depth, which is deeper than any real checkpoint.
void FuzzCheckpoint(CheckpointSource& source, int depth) {
  Result<CheckpointType> type = ReadCheckpointType(source);
  if (!type.ok() || depth == 0) return;
  if (*type == CheckpointType::kCompound) {
    CompoundReader compound(source);
    std::string name;
    Result<bool> more = compound.NextPart(&name);
    while (more.ok() && *more) {
      FuzzCheckpoint(compound.part(), depth - 1);
      more = compound.NextPart(&name);
    }
    return;
  }
  MessageReader reader(source);
  JournalEntry entry;
  Result<bool> more = reader.Read(&entry);
  while (more.ok() && *more) more = reader.Read(&entry);
}

}  // namespace
}  // namespace alluxio::journal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace alluxio::journal;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  FuzzEntry(bytes);
  HasLaterFlush(bytes, 0);
  StringSource source(bytes);
  FuzzCheckpoint(source, 4);
  return 0;
}
