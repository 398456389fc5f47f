#include "journal/frame.h"

#include <cstring>

#include "base/check.h"
#include "base/crc32c.h"
#include "journal/varint.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

// The tags in wire form: (number << 3 | wire type) as varints.
constexpr std::string_view kStartsFlush("\xf8\xf0\x04\x01", 4);  // 9999, varint, true
constexpr std::string_view kCrcTag("\x85\xf1\x04", 3);           // 10000, four bytes
constexpr size_t kCrcField = 7;
constexpr size_t kLongestLength = 4;  // bytes of the length of any entry we write

uint32_t LittleEndian(const char* bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  return value;
}

bool EndsWithCrcField(std::string_view bytes) {
  return bytes.size() >= kCrcField &&
         bytes.substr(bytes.size() - kCrcField, kCrcTag.size()) == kCrcTag;
}

bool CrcMatches(std::string_view bytes) {
  std::string_view covered = bytes.substr(0, bytes.size() - kCrcField);
  return Crc32c(covered) == LittleEndian(bytes.data() + bytes.size() - 4);
}

// The first offset from `at` where a whole entry with a good CRC begins; the size when none does.
size_t NextChecksummed(std::string_view bytes, size_t at, JournalEntry* entry) {
  for (; at < bytes.size(); ++at) {
    uint64_t length = 0;
    size_t header = ParseVarint(bytes.substr(at), &length);
    if (header == 0 || length > bytes.size() - at - header) continue;
    std::string_view body = bytes.substr(at + header, length);
    if (EndsWithCrcField(body) && ParseEntry(body, entry).empty()) return at;
  }
  return bytes.size();
}

// The CRC of `body`, as the last field of an entry.
void PutCrcField(std::string_view body, char* to) {
  const uint32_t crc = Crc32c(body);
  kCrcTag.copy(to, kCrcTag.size());
  for (size_t i = 0; i < 4; ++i) to[kCrcTag.size() + i] = static_cast<char>(crc >> (8 * i));
}

}  // namespace

void AppendFrame(const FrameHeader& header, std::string_view payload, std::string* out) {
  char number[1 + kMaxVarintBytes] = {0x08};  // field 1, varint
  const size_t number_size =
      1 + PutVarint(static_cast<uint64_t>(header.sequence_number), number + 1);
  const std::string_view flag = header.starts_flush ? kStartsFlush : std::string_view();
  const size_t body = number_size + payload.size() + flag.size();
  char length[kMaxVarintBytes];
  const size_t length_size = PutVarint(body + kCrcField, length);
  const size_t begin = out->size();
  out->resize(begin + length_size + body + kCrcField);
  char* to = out->data() + begin;
  memcpy(to, length, length_size);
  char* const start = to += length_size;
  memcpy(to, number, number_size);
  to += number_size;
  if (!payload.empty()) memcpy(to, payload.data(), payload.size());
  to += payload.size();
  if (!flag.empty()) memcpy(to, flag.data(), flag.size());
  PutCrcField({start, body}, start + body);
}

size_t MarkStartsFlush(std::string* frames) {
  uint64_t length = 0;
  size_t header = ParseVarint(*frames, &length);
  CHECK(header > 0 && length >= kCrcField && length <= frames->size() - header) << "no frame";
  std::string body = frames->substr(header, length - kCrcField);
  if (body.ends_with(kStartsFlush)) return 0;
  body.append(kStartsFlush);
  std::string frame;
  AppendVarint(body.size() + kCrcField, &frame);
  frame.append(body);
  frame.resize(frame.size() + kCrcField);
  PutCrcField(body, frame.data() + frame.size() - kCrcField);
  size_t before = frames->size();
  frames->replace(0, header + length, frame);
  return frames->size() - before;
}

std::string_view ParseEntry(std::string_view bytes, JournalEntry* entry) {
  bool ends_with_crc = EndsWithCrcField(bytes);
  if (ends_with_crc && !CrcMatches(bytes)) return "checksum does not match";
  if (!entry->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return "entry does not parse";
  }
  // A length inside the entry that swallowed the checksum, or hid it before other fields.
  if (ends_with_crc != entry->has_entry_crc32c()) return "checksum is out of place";
  if (entry->has_starts_flush() && !ends_with_crc) return "checksum is missing";
  if (!entry->has_sequence_number()) return "entry has no sequence number";
  if (entry->sequence_number() < 0) return "sequence number is negative";
  return "";
}

bool HasLaterFlush(std::string_view bytes, int64_t sequence_number) {
  JournalEntry entry;
  for (size_t at = NextChecksummed(bytes, 0, &entry); at < bytes.size();
       at = NextChecksummed(bytes, at + 1, &entry)) {
    if (entry.starts_flush() && entry.sequence_number() > sequence_number) return true;
  }
  return false;
}

bool LostItsChecksum(std::string_view first_bytes) {
  // The damaged length may have had one byte more or fewer than now.
  for (size_t body = 1; body <= kLongestLength && body < first_bytes.size(); ++body) {
    std::string_view rest = first_bytes.substr(body);
    uint32_t crc = 0;
    size_t covered = 0;
    for (size_t tag = rest.find(kCrcTag); tag != std::string_view::npos;
         tag = rest.find(kCrcTag, tag + 1)) {
      crc = ExtendCrc32c(crc, rest.substr(covered, tag - covered));
      covered = tag;
      if (rest.size() - tag >= kCrcField && crc == LittleEndian(rest.data() + tag + 3)) return true;
    }
  }
  JournalEntry entry;
  return NextChecksummed(first_bytes, 0, &entry) < first_bytes.size();
}

}  // namespace alluxio::journal
