// The bytes of Alluxio's checkpoints: type tags, entry streams, number streams and the chunked list
// of named parts ("compound"). docs/format/journal.md describes them.
//
// Writers wrap a CheckpointSink and readers a CheckpointSource; both may be nested, because a part
// of a compound is itself a sink or source. Nothing here is thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "journal/journal.h"

namespace google::protobuf {
class MessageLite;
}

namespace alluxio::journal {

// Numbers are persistent.
enum class CheckpointType : int64_t {
  kJournalEntry = 0,   // delimited JournalEntry messages without sequence numbers
  kCompound = 1,       // named parts, see CompoundWriter
  kLongs = 2,          // 8-byte big-endian numbers
  kRocksSingle = 3,    // tar.gz of a RocksDB folder; we do not read it
  kInodeProtos = 4,    // delimited alluxio.proto.meta.Inode messages
  kLong = 5,           // one 8-byte big-endian number
  kRocksParallel = 6,  // zip of a RocksDB folder; we do not read it
};

Status WriteCheckpointType(CheckpointSink& sink, CheckpointType type);
// DATA_LOSS for a number that is no type. FAILED_PRECONDITION, with what the operator can do, for
// the two RocksDB types.
Result<CheckpointType> ReadCheckpointType(CheckpointSource& source);
// As above, and DATA_LOSS naming `what` unless it is `expected`.
Status ExpectCheckpointType(CheckpointSource& source, CheckpointType expected,
                            std::string_view what);

Status WriteLong(CheckpointSink& sink, int64_t value);
// False at the end of the source; DATA_LOSS when it ends inside the number.
Result<bool> ReadLong(CheckpointSource& source, int64_t* value);

// Delimited messages (varint length, bytes), buffered. Call Finish() after the last one.
class MessageWriter {
 public:
  explicit MessageWriter(CheckpointSink& sink);  // `sink` outlives this
  Status Write(const ::google::protobuf::MessageLite& message);
  Status Finish();

 private:
  CheckpointSink& sink_;
  std::string buffer_;
};

class MessageReader {
 public:
  explicit MessageReader(CheckpointSource& source);  // read ahead of: the rest of it is messages
  ~MessageReader();
  // False at the end. The message is cleared first. DATA_LOSS for bytes that do not parse, with
  // their offset in this stream.
  Result<bool> Read(::google::protobuf::MessageLite* message);

 private:
  Status Refill(size_t wanted);

  CheckpointSource& source_;
  std::string buffer_;
  size_t at_ = 0;
  uint64_t offset_ = 0;  // of buffer_[0] in the stream
  bool ended_ = false;
};

// Writes the named parts of a compound. Each part is itself a checkpoint, type tag first:
//
//   CompoundWriter compound(sink);
//   RETURN_IF_ERROR(compound.Begin());
//   RETURN_IF_ERROR(compound.BeginPart("INODE_TREE"));
//   RETURN_IF_ERROR(WriteCheckpointType(compound.part(), CheckpointType::kLongs)); ...
//   RETURN_IF_ERROR(compound.EndPart());
class CompoundWriter {
 public:
  explicit CompoundWriter(CheckpointSink& sink);
  ~CompoundWriter();
  CompoundWriter(const CompoundWriter&) = delete;
  CompoundWriter& operator=(const CompoundWriter&) = delete;

  Status Begin();  // writes the type tag
  Status BeginPart(std::string_view name);  // 2 to 63 ASCII characters
  CheckpointSink& part();                   // valid until EndPart()
  Status EndPart();

 private:
  class Part;
  CheckpointSink& sink_;
  std::unique_ptr<Part> part_;
};

// Reads a compound whose type tag has been read already.
class CompoundReader {
 public:
  explicit CompoundReader(CheckpointSource& source);
  ~CompoundReader();
  CompoundReader(const CompoundReader&) = delete;
  CompoundReader& operator=(const CompoundReader&) = delete;

  // Skips what is left of the current part and goes to the next; false after the last.
  Result<bool> NextPart(std::string* name);
  CheckpointSource& part();  // ends where the part ends; valid until NextPart()

 private:
  class Part;
  CheckpointSource& source_;
  std::unique_ptr<Part> part_;
};

}  // namespace alluxio::journal
