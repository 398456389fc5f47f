#include "worker/store/checksum_log.h"

#include "base/crc32c.h"

namespace alluxio::worker {
namespace {

void PutLittle(std::string* out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out->push_back(static_cast<char>(value >> (8 * i)));
}

uint64_t GetLittle(std::string_view in, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) {
    value |= static_cast<uint64_t>(static_cast<unsigned char>(in[i])) << (8 * i);
  }
  return value;
}

}  // namespace

std::string ChecksumLog::Encode(BlockId id, const BlockChecksum& checksum) {
  std::string record;
  PutLittle(&record, static_cast<uint64_t>(id), 8);
  PutLittle(&record, static_cast<uint64_t>(checksum.length), 8);
  PutLittle(&record, checksum.crc32c, 4);
  PutLittle(&record, Crc32c(record), 4);
  return record;
}

Result<std::unordered_map<BlockId, BlockChecksum>> ChecksumLog::Load() const {
  std::unordered_map<BlockId, BlockChecksum> found;
  Result<std::unique_ptr<ReadableFile>> file = disk_.OpenForRead(path_);
  if (file.status().Is(StatusCode::kNotFound)) return found;
  if (!file.ok()) return file.status();
  ASSIGN_OR_RETURN(int64_t length, (*file)->Length());
  std::string buffer(kRecordBytes * 4096, '\0');
  for (int64_t offset = 0; offset < length;) {
    ASSIGN_OR_RETURN(size_t got, (*file)->ReadAt(offset, buffer));
    if (got < kRecordBytes) break;  // A torn record at the end.
    size_t whole = got - got % kRecordBytes;
    for (size_t at = 0; at < whole; at += kRecordBytes) {
      std::string_view record(buffer.data() + at, kRecordBytes);
      if (GetLittle(record.substr(20), 4) != Crc32c(record.substr(0, 20))) continue;
      found[static_cast<BlockId>(GetLittle(record, 8))] = {
          static_cast<int64_t>(GetLittle(record.substr(8), 8)),
          static_cast<uint32_t>(GetLittle(record.substr(16), 4))};
    }
    offset += static_cast<int64_t>(whole);
  }
  return found;
}

Status ChecksumLog::Append(BlockId id, const BlockChecksum& checksum) const {
  ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                   disk_.OpenForWrite(path_, WriteMode::kAppend));
  RETURN_IF_ERROR(file->Append(Encode(id, checksum)));
  return file->Close();
}

Status ChecksumLog::Rewrite(
    const std::vector<std::pair<BlockId, BlockChecksum>>& records) const {
  std::string fresh = path_ + ".new";
  ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                   disk_.OpenForWrite(fresh, WriteMode::kTruncate));
  std::string batch;
  for (const auto& [id, checksum] : records) {
    batch += Encode(id, checksum);
    if (batch.size() < (size_t{1} << 20)) continue;
    RETURN_IF_ERROR(file->Append(batch));
    batch.clear();
  }
  RETURN_IF_ERROR(file->Append(batch));
  RETURN_IF_ERROR(file->Sync());
  RETURN_IF_ERROR(file->Close());
  return disk_.Rename(fresh, path_);
}

}  // namespace alluxio::worker
