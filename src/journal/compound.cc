// Compound checkpoints: the chunked list of named parts (Kryo's chunked encoding, as Java reads
// it).
#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "journal/checkpoint_format.h"
#include "journal/varint.h"

namespace alluxio::journal {
namespace {

constexpr size_t kChunk = 64 * 1024;
constexpr size_t kMaxNameLength = 63;
// Java reads a chunk into an int-sized buffer; anything larger is damage.
constexpr uint64_t kMaxChunk = 1ULL << 31;

}  // namespace

// Gathers bytes and writes them as chunks: length, payload.
class CompoundWriter::Part final : public CheckpointSink {
 public:
  explicit Part(CheckpointSink& sink) : sink_(sink) {}

  int64_t end() const override { return sink_.end(); }
  void Note(std::string_view text) override { sink_.Note(text); }
  Status Write(std::string_view data) override {
    while (!data.empty()) {
      size_t room = kChunk - buffer_.size();
      buffer_.append(data.substr(0, room));
      data.remove_prefix(std::min(room, data.size()));
      if (buffer_.size() == kChunk) RETURN_IF_ERROR(Flush());
    }
    return OkStatus();
  }

  Status Finish() {
    RETURN_IF_ERROR(Flush());
    return sink_.Write(std::string_view("\0", 1));
  }

 private:
  Status Flush() {
    if (buffer_.empty()) return OkStatus();  // a chunk of length 0 would end the part
    std::string header;
    AppendVarint(buffer_.size(), &header);
    RETURN_IF_ERROR(sink_.Write(header));
    RETURN_IF_ERROR(sink_.Write(buffer_));
    buffer_.clear();
    return OkStatus();
  }

  CheckpointSink& sink_;
  std::string buffer_;
};

CompoundWriter::CompoundWriter(CheckpointSink& sink) : sink_(sink) {}
CompoundWriter::~CompoundWriter() = default;

Status CompoundWriter::Begin() { return WriteCheckpointType(sink_, CheckpointType::kCompound); }

Status CompoundWriter::BeginPart(std::string_view name) {
  CHECK(part_ == nullptr) << "the previous part is still open";
  CHECK(name.size() >= 2 && name.size() <= kMaxNameLength) << "part name " << std::string(name);
  part_ = std::make_unique<Part>(sink_);
  std::string bytes(name);
  bytes.back() = static_cast<char>(bytes.back() | 0x80);  // marks the last character
  return part_->Write(bytes);
}

CheckpointSink& CompoundWriter::part() {
  CHECK(part_ != nullptr) << "no part is open";
  return *part_;
}

Status CompoundWriter::EndPart() {
  CHECK(part_ != nullptr) << "no part is open";
  Status finished = part_->Finish();
  part_.reset();
  return finished;
}

class CompoundReader::Part final : public CheckpointSource {
 public:
  explicit Part(CheckpointSource& source) : source_(source) {}

  int64_t end() const override { return source_.end(); }
  Result<size_t> Read(char* into, size_t size) override {
    size_t done = 0;
    while (done < size) {
      if (left_ == 0) {
        ASSIGN_OR_RETURN(bool more, NextChunk());
        if (!more) break;
      }
      size_t want = static_cast<size_t>(std::min<uint64_t>(left_, size - done));
      ASSIGN_OR_RETURN(size_t n, source_.Read(into + done, want));
      if (n < want) return DataLoss("checkpoint: ends inside a part");
      left_ -= n;
      done += n;
    }
    return done;
  }

  // False when the list ends before this part begins.
  Result<bool> Start() {
    char first = 0;
    ASSIGN_OR_RETURN(size_t n, source_.Read(&first, 1));
    if (n == 0) return false;
    RETURN_IF_ERROR(ReadLength(static_cast<unsigned char>(first)));
    return true;
  }

  Status Skip() {
    std::string waste(kChunk, '\0');
    while (!ended_) {
      ASSIGN_OR_RETURN(size_t n, Read(waste.data(), waste.size()));
      if (n < waste.size()) return OkStatus();
    }
    return OkStatus();
  }

 private:
  Result<bool> NextChunk() {
    if (ended_) return false;
    char first = 0;
    ASSIGN_OR_RETURN(size_t n, source_.Read(&first, 1));
    if (n == 0) return DataLoss("checkpoint: ends inside a part");
    RETURN_IF_ERROR(ReadLength(static_cast<unsigned char>(first)));
    return !ended_;
  }

  Status ReadLength(uint64_t byte) {
    uint64_t length = byte & 0x7f;
    for (int shift = 7; (byte & 0x80) != 0; shift += 7) {
      char next = 0;
      ASSIGN_OR_RETURN(size_t n, source_.Read(&next, 1));
      if (n == 0 || shift > 28) return DataLoss("checkpoint: damaged chunk length");
      byte = static_cast<unsigned char>(next);
      length |= (byte & 0x7f) << shift;
    }
    if (length > kMaxChunk) return DataLoss("checkpoint: damaged chunk length");
    left_ = length;
    ended_ = length == 0;
    return OkStatus();
  }

  CheckpointSource& source_;
  uint64_t left_ = 0;  // of the current chunk
  bool ended_ = false;
};

CompoundReader::CompoundReader(CheckpointSource& source) : source_(source) {}
CompoundReader::~CompoundReader() = default;

Result<bool> CompoundReader::NextPart(std::string* name) {
  if (part_ != nullptr) RETURN_IF_ERROR(part_->Skip());
  part_ = std::make_unique<Part>(source_);
  ASSIGN_OR_RETURN(bool found, part_->Start());
  if (!found) return false;
  name->clear();
  while (true) {
    char next = 0;
    ASSIGN_OR_RETURN(size_t n, part_->Read(&next, 1));
    // A first byte with the top bit is the general form of names, which no checkpoint uses.
    bool last = (next & 0x80) != 0;
    if (n == 0 || (last && name->empty()) || name->size() >= kMaxNameLength) {
      return DataLoss("checkpoint: damaged part name");
    }
    name->push_back(static_cast<char>(next & 0x7f));
    if (last) return true;
  }
}

CheckpointSource& CompoundReader::part() {
  CHECK(part_ != nullptr) << "no part is open";
  return *part_;
}

}  // namespace alluxio::journal
