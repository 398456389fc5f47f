#include "journal/entry_bytes.h"

#include <bit>
#include <cstring>

#include "base/check.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

namespace pj = ::alluxio::proto::journal;
namespace ps = ::alluxio::proto::shared;

static_assert(std::endian::native == std::endian::little, "numbers are stored as they are");

constexpr size_t kMostBytes = 4096;
constexpr size_t kReserve = 1024;
// Behind the most bytes, because short numbers are stored in eight.
using EntryBuffer = char[kMostBytes + sizeof(uint64_t)];

// Writes fields in order. Texts and lists are checked against the room that is left; it is never
// less than all the single numbers of an entry and the heads of its parts take.
class EntryWriter {
 public:
  explicit EntryWriter(EntryBuffer& buffer)
      : begin_(buffer), limit_(buffer + kMostBytes), at_(buffer) {}

  // Any integer or enum; a negative one is sign-extended.
  template <uint32_t kField>
  void Number(int64_t value) {
    Tag<kField << 3>();
    Varint(static_cast<uint64_t>(value));
  }
  template <uint32_t kField>
  void Text(const std::string& text) {
    if (!Has(text.size())) return;
    Tag<(kField << 3) | 2>();
    Varint(text.size());
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  template <uint32_t kField, typename Numbers>
  void Numbers64(const Numbers& values) {
    for (int64_t value : values) {
      if (!Has(0)) return;
      Number<kField>(value);
    }
  }
  // What is written until End() is a message. `kLength`: the bytes its length will probably take.
  template <uint32_t kField, size_t kLength = 1>
  char* Begin() {
    if (!Has(0)) return at_;
    Tag<(kField << 3) | 2>();
    at_ += kLength;
    return at_;
  }
  template <size_t kLength = 1>
  void End(char* begin) {
    if (failed_) return;
    const auto length = static_cast<size_t>(at_ - begin);
    const size_t needed = BytesOf(length);
    char* head = begin - kLength;
    if (needed != kLength) std::memmove(head + needed, begin, length);
    at_ = head;
    ShortVarint(length);
    at_ += length;
  }
  bool failed() const { return failed_; }
  // It was too much, or is not for this.
  void Fail() {
    failed_ = true;
    at_ = begin_;
  }
  std::string_view bytes() const { return {begin_, static_cast<size_t>(at_ - begin_)}; }

 private:
  bool Has(size_t bytes) {
    if (failed_ || static_cast<size_t>(limit_ - at_) < bytes + kReserve) Fail();
    return !failed_;
  }
  template <uint32_t kTag>
  void Tag() {
    static_assert(kTag < 1 << 14, "two bytes at most");
    if constexpr (kTag < 0x80) {
      *at_++ = static_cast<char>(kTag);
    } else {
      at_[0] = static_cast<char>(kTag | 0x80);
      at_[1] = static_cast<char>(kTag >> 7);
      at_ += 2;
    }
  }
  static size_t BytesOf(uint64_t value) {
    return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
  }
  // Touches nothing behind it.
  void ShortVarint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) *at_++ = static_cast<char>(value | 0x80);
    *at_++ = static_cast<char>(value);
  }
  void Varint(uint64_t value) {
    if (value < 0x80) {
      *at_++ = static_cast<char>(value);
      return;
    }
    if (value >> 56 != 0) {
      if (value == ~uint64_t{0}) {  // -1, which means none
        std::memcpy(at_, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
        at_ += 10;
        return;
      }
      return ShortVarint(value);
    }
    // Seven bits in each of eight bytes, all but the last with a bit that says there are more.
    const size_t size = BytesOf(value);
    value = (value & 0x0fffffff) | ((value & 0x00fffffff0000000) << 4);
    value = (value & 0x00003fff00003fff) | ((value & 0x0fffc0000fffc000) << 2);
    value = (value & 0x007f007f007f007f) | ((value & 0x3f803f803f803f80) << 1);
    value |= 0x8080808080808080 & ((uint64_t{1} << (8 * (size - 1))) - 1);
    std::memcpy(at_, &value, sizeof(value));
    at_ += size;
  }

  char* const begin_;
  char* const limit_;
  char* at_;
  bool failed_ = false;
};

// Fields, each when it is there.
#define ALLUXIO_NUMBER(n, field) \
  if (entry.has_##field()) out.Number<n>(entry.field())
#define ALLUXIO_TEXT(n, field) \
  if (entry.has_##field()) out.Text<n>(entry.field())

void Write(const ps::AclActions& actions, EntryWriter& out) {
  if (!actions.unknown_fields().empty()) return out.Fail();
  out.Numbers64<1>(actions.actions());
}

template <uint32_t kField, typename Named>
void WriteNamed(const Named& all, EntryWriter& out) {
  for (const ps::NamedAclActions& entry : all) {
    if (!entry.unknown_fields().empty()) return out.Fail();
    char* begin = out.Begin<kField>();
    ALLUXIO_TEXT(1, name);
    if (entry.has_actions()) {
      char* actions = out.Begin<2>();
      Write(entry.actions(), out);
      out.End(actions);
    }
    out.End(begin);
  }
}

void Write(const ps::AccessControlList& entry, EntryWriter& out) {
  if (!entry.unknown_fields().empty() || entry.has_maskactions()) return out.Fail();
  ALLUXIO_TEXT(1, owninguser);
  ALLUXIO_TEXT(2, owninggroup);
  WriteNamed<3>(entry.useractions(), out);
  WriteNamed<4>(entry.groupactions(), out);
  if (entry.has_otheractions()) {
    char* begin = out.Begin<6>();
    Write(entry.otheractions(), out);
    out.End(begin);
  }
  ALLUXIO_NUMBER(7, isdefault);
  ALLUXIO_NUMBER(8, isempty);
}

void Write(const pj::InodeFileEntry& entry, EntryWriter& out) {
  bool rare = entry.xattr_size() > 0 || entry.medium_type_size() > 0;
  if (rare || !entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_NUMBER(1, id);
  ALLUXIO_NUMBER(2, parent_id);
  ALLUXIO_TEXT(3, name);
  ALLUXIO_TEXT(4, persistence_state);
  ALLUXIO_NUMBER(5, pinned);
  ALLUXIO_NUMBER(6, creation_time_ms);
  ALLUXIO_NUMBER(7, last_modification_time_ms);
  ALLUXIO_NUMBER(8, block_size_bytes);
  ALLUXIO_NUMBER(9, length);
  ALLUXIO_NUMBER(10, completed);
  ALLUXIO_NUMBER(11, cacheable);
  out.Numbers64<12>(entry.blocks());
  ALLUXIO_NUMBER(13, ttl);
  ALLUXIO_TEXT(14, owner);
  ALLUXIO_TEXT(15, group);
  ALLUXIO_NUMBER(16, mode);
  ALLUXIO_NUMBER(17, ttlaction);
  ALLUXIO_TEXT(18, ufs_fingerprint);
  if (entry.has_acl()) {
    char* begin = out.Begin<19>();
    Write(entry.acl(), out);
    out.End(begin);
  }
  ALLUXIO_NUMBER(20, replication_max);
  ALLUXIO_NUMBER(21, replication_min);
  ALLUXIO_NUMBER(22, persist_job_id);
  ALLUXIO_TEXT(23, temp_ufs_path);
  ALLUXIO_NUMBER(24, replication_durable);
  ALLUXIO_TEXT(25, path);
  ALLUXIO_NUMBER(27, should_persist_time);
  ALLUXIO_NUMBER(29, last_access_time_ms);
}

void Write(const pj::UpdateInodeEntry& entry, EntryWriter& out) {
  bool rare = entry.xattr_size() > 0 || entry.medium_type_size() > 0 || entry.has_acl();
  if (rare || !entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_NUMBER(1, id);
  ALLUXIO_NUMBER(2, parent_id);
  ALLUXIO_TEXT(3, name);
  ALLUXIO_TEXT(4, persistence_state);
  ALLUXIO_NUMBER(5, pinned);
  ALLUXIO_NUMBER(6, creation_time_ms);
  ALLUXIO_NUMBER(7, last_modification_time_ms);
  ALLUXIO_NUMBER(8, overwrite_modification_time);
  ALLUXIO_TEXT(9, owner);
  ALLUXIO_TEXT(10, group);
  ALLUXIO_NUMBER(11, mode);
  ALLUXIO_NUMBER(12, ttl);
  ALLUXIO_NUMBER(13, ttlaction);
  ALLUXIO_TEXT(15, ufs_fingerprint);
  ALLUXIO_NUMBER(18, last_access_time_ms);
  ALLUXIO_NUMBER(19, overwrite_access_time);
  ALLUXIO_NUMBER(20, xattr_update_strategy);
}

void Write(const pj::UpdateInodeFileEntry& entry, EntryWriter& out) {
  if (!entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_NUMBER(1, id);
  ALLUXIO_NUMBER(2, block_size_bytes);
  ALLUXIO_NUMBER(3, length);
  ALLUXIO_NUMBER(4, completed);
  ALLUXIO_NUMBER(5, cacheable);
  out.Numbers64<7>(entry.set_blocks());
  ALLUXIO_NUMBER(8, replication_max);
  ALLUXIO_NUMBER(9, replication_min);
  ALLUXIO_NUMBER(10, persist_job_id);
  ALLUXIO_TEXT(11, temp_ufs_path);
  ALLUXIO_TEXT(12, path);
}

void Write(const pj::DeleteFileEntry& entry, EntryWriter& out) {
  if (!entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_NUMBER(1, id);
  ALLUXIO_NUMBER(2, recursive);
  ALLUXIO_NUMBER(3, op_time_ms);
  ALLUXIO_NUMBER(4, alluxioonly);
  ALLUXIO_TEXT(5, path);
}

void Write(const pj::RenameEntry& entry, EntryWriter& out) {
  if (!entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_NUMBER(1, id);
  ALLUXIO_TEXT(2, dst_path);
  ALLUXIO_NUMBER(3, op_time_ms);
  ALLUXIO_NUMBER(4, new_parent_id);
  ALLUXIO_TEXT(5, new_name);
  ALLUXIO_TEXT(6, path);
  ALLUXIO_TEXT(7, new_path);
}

void Write(const pj::JournalOpPId& entry, EntryWriter& out) {
  if (!entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_NUMBER(1, mostsignificantbits);
  ALLUXIO_NUMBER(2, leastsignificantbits);
}

// All that is not written by hand. One test of a few words: the compiler sees bits of them.
bool HasOthers(const JournalEntry& entry) {
  return entry.has_sequence_number() | entry.has_active_sync_tx_id() | entry.has_add_table() |
         entry.has_add_table_partitions() | entry.has_add_sync_point() |
         entry.has_add_mount_point() | entry.has_async_persist_request() | entry.has_attach_db() |
         entry.has_block_container_id_generator() | entry.has_block_info() |
         entry.has_cluster_info() | entry.has_complete_file() | entry.has_delete_block() |
         entry.has_delete_mount_point() | entry.has_detach_db() | entry.has_inode_directory() |
         entry.has_inode_directory_id_generator() | entry.has_inode_last_modification_time() |
         entry.has_new_block() | entry.has_path_properties() | entry.has_persist_directory() |
         entry.has_remove_path_properties() | entry.has_remove_table() |
         entry.has_remove_transform_job_info() | entry.has_remove_sync_point() |
         entry.has_set_acl() | entry.has_set_attribute() | entry.has_add_transform_job_info() |
         entry.has_complete_transform_table() | entry.has_update_database_info() |
         entry.has_update_ufs_mode() | entry.has_update_inode_directory() |
         entry.has_load_job() | entry.has_copy_job() | entry.has_listing_mark() |
         entry.has_store_edit() | entry.has_starts_flush() | entry.has_entry_crc32c() |
         (entry.journal_entries_size() > 0) | !entry.unknown_fields().empty();
}

#define ALLUXIO_PART(n, field, length)    \
  if (entry.has_##field()) {              \
    char* begin = out.Begin<n, length>(); \
    Write(entry.field(), out);            \
    out.End<length>(begin);               \
  }

void Write(const JournalEntry& entry, EntryWriter& out) {
  ALLUXIO_PART(6, delete_file, 1)
  ALLUXIO_PART(11, inode_file, 2)
  ALLUXIO_PART(19, rename, 1)
  ALLUXIO_PART(35, update_inode, 1)
  ALLUXIO_PART(37, update_inode_file, 1)
  ALLUXIO_PART(52, operationid, 1)
}

#undef ALLUXIO_PART
#undef ALLUXIO_TEXT
#undef ALLUXIO_NUMBER

}  // namespace

// In one piece, so that the writer lives in registers: what is stored through a char* could be the
// writer itself otherwise, and it would be loaded anew for each byte.
[[gnu::flatten]] bool WriteByHand(const JournalEntry& entry, std::string* out) {
  if (HasOthers(entry)) return false;
  EntryBuffer buffer;
  EntryWriter writer(buffer);
  Write(entry, writer);
  if (writer.failed()) return false;
  out->assign(writer.bytes());
  return true;
}

void EntryToBytes(const JournalEntry& entry, std::string* out) {
  if (WriteByHand(entry, out)) return;
  CHECK(entry.SerializeToString(out)) << "an entry that cannot be serialized";
}

}  // namespace alluxio::journal
