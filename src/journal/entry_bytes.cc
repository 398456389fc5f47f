#include "journal/entry_bytes.h"

#include <bit>
#include <cstring>

#include "base/check.h"
#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

namespace pj = ::alluxio::proto::journal;
namespace ps = ::alluxio::proto::shared;

// Writes fields from the last to the first, so that a message's size is known when its head is due.
class BackwardWriter {
 public:
  // `kField`: the number of the field. Any integer or enum; a negative one is sign-extended.
  template <uint32_t kField>
  void Number(int64_t value) {
    if (!Has(kHead)) return;
    Varint(static_cast<uint64_t>(value));
    Tag<kField << 3>();
  }
  template <uint32_t kField>
  void Text(const std::string& text) {
    if (!Has(text.size() + kHead)) return;
    at_ -= text.size();
    std::memcpy(at_, text.data(), text.size());
    Varint(text.size());
    Tag<(kField << 3) | 2>();
  }
  // What was written since Mark() becomes a message.
  const char* Mark() const { return at_; }
  template <uint32_t kField>
  void Message(const char* end) {
    if (!Has(kHead)) return;
    Varint(static_cast<uint64_t>(end - at_));
    Tag<(kField << 3) | 2>();
  }
  // It was too much, or was given up.
  bool failed() const { return failed_; }
  void Fail() {
    failed_ = true;
    at_ = buffer_ + kSize;
  }
  std::string_view bytes() const { return {at_, static_cast<size_t>(buffer_ + kSize - at_)}; }

 private:
  static constexpr size_t kSize = 2048;
  static constexpr size_t kHead = 12;  // the longest number and tag that are written

  bool Has(size_t bytes) {
    if (failed_ || static_cast<size_t>(at_ - buffer_) < bytes) Fail();
    return !failed_;
  }
  template <uint32_t kTag>
  void Tag() {
    static_assert(kTag < 1 << 14, "two bytes at most");
    if constexpr (kTag < 0x80) {
      *--at_ = static_cast<char>(kTag);
    } else {
      at_ -= 2;
      at_[0] = static_cast<char>(kTag | 0x80);
      at_[1] = static_cast<char>(kTag >> 7);
    }
  }
  void Varint(uint64_t value) {
    if (value < 0x80) {
      *--at_ = static_cast<char>(value);
      return;
    }
    size_t size = (static_cast<size_t>(std::bit_width(value)) + 6) / 7;
    at_ -= size;
    char* to = at_;
    for (; value >= 0x80; value >>= 7) *to++ = static_cast<char>(value | 0x80);
    *to = static_cast<char>(value);
  }

  bool failed_ = false;
  char buffer_[kSize];
  char* at_ = buffer_ + kSize;
};

// Fields backwards, each when it is there.
#define ALLUXIO_NUMBER(n, field) \
  if (entry.has_##field()) out.Number<n>(entry.field())
#define ALLUXIO_TEXT(n, field) \
  if (entry.has_##field()) out.Text<n>(entry.field())

template <uint32_t kField, typename Numbers>
void RepeatedNumber(const Numbers& values, BackwardWriter& out) {
  for (int i = values.size() - 1; i >= 0; --i) out.Number<kField>(values.Get(i));
}

void Write(const ps::AclActions& actions, BackwardWriter& out) {
  if (!actions.unknown_fields().empty()) return out.Fail();
  RepeatedNumber<1>(actions.actions(), out);
}

template <uint32_t kField, typename Named>
void WriteNamed(const Named& all, BackwardWriter& out) {
  for (int i = all.size() - 1; i >= 0; --i) {
    const ps::NamedAclActions& entry = all.Get(i);
    if (!entry.unknown_fields().empty()) return out.Fail();
    const char* end = out.Mark();
    if (entry.has_actions()) {
      const char* end_of_actions = out.Mark();
      Write(entry.actions(), out);
      out.Message<2>(end_of_actions);
    }
    ALLUXIO_TEXT(1, name);
    out.Message<kField>(end);
  }
}

void Write(const ps::AccessControlList& entry, BackwardWriter& out) {
  if (!entry.unknown_fields().empty() || entry.has_maskactions()) return out.Fail();
  ALLUXIO_NUMBER(8, isempty);
  ALLUXIO_NUMBER(7, isdefault);
  if (entry.has_otheractions()) {
    const char* end = out.Mark();
    Write(entry.otheractions(), out);
    out.Message<6>(end);
  }
  WriteNamed<4>(entry.groupactions(), out);
  WriteNamed<3>(entry.useractions(), out);
  ALLUXIO_TEXT(2, owninggroup);
  ALLUXIO_TEXT(1, owninguser);
}

void Write(const pj::InodeFileEntry& entry, BackwardWriter& out) {
  bool rare = entry.xattr_size() > 0 || entry.medium_type_size() > 0;
  if (rare || !entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_NUMBER(29, last_access_time_ms);
  ALLUXIO_NUMBER(27, should_persist_time);
  ALLUXIO_TEXT(25, path);
  ALLUXIO_NUMBER(24, replication_durable);
  ALLUXIO_TEXT(23, temp_ufs_path);
  ALLUXIO_NUMBER(22, persist_job_id);
  ALLUXIO_NUMBER(21, replication_min);
  ALLUXIO_NUMBER(20, replication_max);
  if (entry.has_acl()) {
    const char* end = out.Mark();
    Write(entry.acl(), out);
    out.Message<19>(end);
  }
  ALLUXIO_TEXT(18, ufs_fingerprint);
  ALLUXIO_NUMBER(17, ttlaction);
  ALLUXIO_NUMBER(16, mode);
  ALLUXIO_TEXT(15, group);
  ALLUXIO_TEXT(14, owner);
  ALLUXIO_NUMBER(13, ttl);
  RepeatedNumber<12>(entry.blocks(), out);
  ALLUXIO_NUMBER(11, cacheable);
  ALLUXIO_NUMBER(10, completed);
  ALLUXIO_NUMBER(9, length);
  ALLUXIO_NUMBER(8, block_size_bytes);
  ALLUXIO_NUMBER(7, last_modification_time_ms);
  ALLUXIO_NUMBER(6, creation_time_ms);
  ALLUXIO_NUMBER(5, pinned);
  ALLUXIO_TEXT(4, persistence_state);
  ALLUXIO_TEXT(3, name);
  ALLUXIO_NUMBER(2, parent_id);
  ALLUXIO_NUMBER(1, id);
}

void Write(const pj::UpdateInodeEntry& entry, BackwardWriter& out) {
  bool rare = entry.xattr_size() > 0 || entry.medium_type_size() > 0 || entry.has_acl();
  if (rare || !entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_NUMBER(20, xattr_update_strategy);
  ALLUXIO_NUMBER(19, overwrite_access_time);
  ALLUXIO_NUMBER(18, last_access_time_ms);
  ALLUXIO_TEXT(15, ufs_fingerprint);
  ALLUXIO_NUMBER(13, ttlaction);
  ALLUXIO_NUMBER(12, ttl);
  ALLUXIO_NUMBER(11, mode);
  ALLUXIO_TEXT(10, group);
  ALLUXIO_TEXT(9, owner);
  ALLUXIO_NUMBER(8, overwrite_modification_time);
  ALLUXIO_NUMBER(7, last_modification_time_ms);
  ALLUXIO_NUMBER(6, creation_time_ms);
  ALLUXIO_NUMBER(5, pinned);
  ALLUXIO_TEXT(4, persistence_state);
  ALLUXIO_TEXT(3, name);
  ALLUXIO_NUMBER(2, parent_id);
  ALLUXIO_NUMBER(1, id);
}

void Write(const pj::UpdateInodeFileEntry& entry, BackwardWriter& out) {
  if (!entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_TEXT(12, path);
  ALLUXIO_TEXT(11, temp_ufs_path);
  ALLUXIO_NUMBER(10, persist_job_id);
  ALLUXIO_NUMBER(9, replication_min);
  ALLUXIO_NUMBER(8, replication_max);
  RepeatedNumber<7>(entry.set_blocks(), out);
  ALLUXIO_NUMBER(5, cacheable);
  ALLUXIO_NUMBER(4, completed);
  ALLUXIO_NUMBER(3, length);
  ALLUXIO_NUMBER(2, block_size_bytes);
  ALLUXIO_NUMBER(1, id);
}

void Write(const pj::DeleteFileEntry& entry, BackwardWriter& out) {
  if (!entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_TEXT(5, path);
  ALLUXIO_NUMBER(4, alluxioonly);
  ALLUXIO_NUMBER(3, op_time_ms);
  ALLUXIO_NUMBER(2, recursive);
  ALLUXIO_NUMBER(1, id);
}

void Write(const pj::RenameEntry& entry, BackwardWriter& out) {
  if (!entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_TEXT(7, new_path);
  ALLUXIO_TEXT(6, path);
  ALLUXIO_TEXT(5, new_name);
  ALLUXIO_NUMBER(4, new_parent_id);
  ALLUXIO_NUMBER(3, op_time_ms);
  ALLUXIO_TEXT(2, dst_path);
  ALLUXIO_NUMBER(1, id);
}

void Write(const pj::JournalOpPId& entry, BackwardWriter& out) {
  if (!entry.unknown_fields().empty()) return out.Fail();
  ALLUXIO_NUMBER(2, leastsignificantbits);
  ALLUXIO_NUMBER(1, mostsignificantbits);
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

#define ALLUXIO_PART(n, field)     \
  if (entry.has_##field()) {       \
    const char* end = out.Mark();  \
    Write(entry.field(), out);     \
    out.Message<n>(end);           \
  }

void Write(const JournalEntry& entry, BackwardWriter& out) {
  ALLUXIO_PART(52, operationid)
  ALLUXIO_PART(37, update_inode_file)
  ALLUXIO_PART(35, update_inode)
  ALLUXIO_PART(19, rename)
  ALLUXIO_PART(11, inode_file)
  ALLUXIO_PART(6, delete_file)
}

#undef ALLUXIO_PART
#undef ALLUXIO_TEXT
#undef ALLUXIO_NUMBER

}  // namespace

bool WriteByHand(const JournalEntry& entry, std::string* out) {
  if (HasOthers(entry)) return false;
  BackwardWriter writer;
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
