#include "journal/checkpoint_format.h"

#include <google/protobuf/message_lite.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "journal/varint.h"

namespace alluxio::journal {
namespace {

constexpr size_t kMessageBuffer = 64 * 1024;
constexpr size_t kMaxMessage = 1 << 30;

std::string BigEndian(int64_t value) {
  std::string bytes(8, '\0');
  for (int i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>(static_cast<uint64_t>(value) >> (56 - 8 * i));
  }
  return bytes;
}

}  // namespace

Status WriteLong(CheckpointSink& sink, int64_t value) { return sink.Write(BigEndian(value)); }

Result<bool> ReadLong(CheckpointSource& source, int64_t* value) {
  unsigned char bytes[8];
  ASSIGN_OR_RETURN(size_t n, source.Read(reinterpret_cast<char*>(bytes), sizeof(bytes)));
  if (n == 0) return false;
  if (n < sizeof(bytes)) return DataLoss("checkpoint: ends inside a number");
  uint64_t number = 0;
  for (unsigned char byte : bytes) number = (number << 8) | byte;
  *value = static_cast<int64_t>(number);
  return true;
}

Status WriteCheckpointType(CheckpointSink& sink, CheckpointType type) {
  return WriteLong(sink, static_cast<int64_t>(type));
}

Result<CheckpointType> ReadCheckpointType(CheckpointSource& source) {
  int64_t number = 0;
  ASSIGN_OR_RETURN(bool found, ReadLong(source, &number));
  if (!found) return DataLoss("checkpoint: ends before its type");
  if (number < 0 || number > static_cast<int64_t>(CheckpointType::kRocksParallel)) {
    return DataLoss("checkpoint: unknown type " + std::to_string(number));
  }
  CheckpointType type = static_cast<CheckpointType>(number);
  if (type == CheckpointType::kRocksSingle || type == CheckpointType::kRocksParallel) {
    return FailedPrecondition(
        "checkpoint: holds a RocksDB metastore, which this master does not read. Take a backup "
        "with the old master (alluxio fsadmin backup) and start from it with "
        "alluxio.master.journal.init.from.backup, or write a checkpoint under "
        "alluxio.master.metastore=HEAP");
  }
  return type;
}

Status ExpectCheckpointType(CheckpointSource& source, CheckpointType expected,
                            std::string_view what) {
  ASSIGN_OR_RETURN(CheckpointType type, ReadCheckpointType(source));
  if (type == expected) return OkStatus();
  return DataLoss("checkpoint: " + std::string(what) + " has type " +
                  std::to_string(static_cast<int64_t>(type)) + " instead of " +
                  std::to_string(static_cast<int64_t>(expected)));
}

MessageWriter::MessageWriter(CheckpointSink& sink) : sink_(sink) {
  buffer_.reserve(kMessageBuffer);
}

Status MessageWriter::Write(const ::google::protobuf::MessageLite& message) {
  AppendVarint(message.ByteSizeLong(), &buffer_);
  CHECK(message.AppendToString(&buffer_)) << "a message that cannot be serialized";
  return buffer_.size() < kMessageBuffer ? OkStatus() : Finish();
}

Status MessageWriter::Finish() {
  if (buffer_.empty()) return OkStatus();
  Status written = sink_.Write(buffer_);
  buffer_.clear();
  return written;
}

MessageReader::MessageReader(CheckpointSource& source) : source_(source) {}
MessageReader::~MessageReader() = default;

// Makes `wanted` bytes available at at_, or as many as the source still has.
Status MessageReader::Refill(size_t wanted) {
  if (buffer_.size() - at_ >= wanted || ended_) return OkStatus();
  buffer_.erase(0, at_);
  offset_ += at_;
  at_ = 0;
  // By steps, so that a damaged length does not allocate a gigabyte before it is noticed.
  while (buffer_.size() < wanted && !ended_) {
    size_t have = buffer_.size();
    buffer_.resize(have + std::max(kMessageBuffer, have));
    ASSIGN_OR_RETURN(size_t n, source_.Read(buffer_.data() + have, buffer_.size() - have));
    ended_ = n < buffer_.size() - have;
    buffer_.resize(have + n);
  }
  return OkStatus();
}

Result<bool> MessageReader::Read(::google::protobuf::MessageLite* message) {
  RETURN_IF_ERROR(Refill(kMaxVarintBytes));
  if (at_ == buffer_.size()) return false;
  std::string where = "checkpoint: offset " + std::to_string(offset_ + at_);
  uint64_t length = 0;
  size_t header = ParseVarint(std::string_view(buffer_).substr(at_), &length);
  if (header == 0 || length > kMaxMessage) return DataLoss(where + ": damaged length");
  RETURN_IF_ERROR(Refill(header + length));
  if (buffer_.size() - at_ < header + length) return DataLoss(where + ": ends inside a message");
  message->Clear();
  if (!message->ParseFromArray(buffer_.data() + at_ + header, static_cast<int>(length))) {
    return DataLoss(where + ": message does not parse");
  }
  at_ += header + length;
  return true;
}

}  // namespace alluxio::journal
