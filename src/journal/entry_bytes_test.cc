#include "journal/entry_bytes.h"

#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "proto/journal/journal.pb.h"

namespace alluxio::journal {
namespace {

namespace pb = ::google::protobuf;

// Fills messages at random, whatever fields they have.
class Filler {
 public:
  explicit Filler(uint64_t seed) : random_(seed) {}

  void Fill(pb::Message* message, int depth) {
    const pb::Descriptor* type = message->GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      if (random_() % 3 != 0) FillField(message, type->field(i), depth);
    }
  }
  void FillField(pb::Message* message, const pb::FieldDescriptor* field, int depth) {
    const pb::Reflection& access = *message->GetReflection();
    // Maps and lists are rare, or nothing would be written by hand.
    if (field->is_map() && random_() % 8 != 0) return;
    if (!field->is_repeated()) return Put(access, message, field, depth);
    for (uint64_t n = random_() % 4; n > 0; --n) Add(access, message, field, depth);
  }

 private:
  int64_t Number() {
    switch (random_() % 6) {
      case 0: return 0;
      case 1: return -1;
      case 2: return static_cast<int64_t>(random_() % 300);
      case 3: return std::numeric_limits<int64_t>::min();
      case 4: return std::numeric_limits<int64_t>::max() >> (random_() % 63);
      default: return static_cast<int64_t>(random_());
    }
  }
  std::string Text() {
    uint64_t size = random_() % 50 == 0 ? 3000 : random_() % 140;
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>('a' + random_() % 26);
    return text;
  }
  int Value(const pb::FieldDescriptor* field) {
    const pb::EnumDescriptor* type = field->enum_type();
    return type->value(static_cast<int>(random_() % static_cast<uint64_t>(type->value_count())))
        ->number();
  }

  void Put(const pb::Reflection& access, pb::Message* to, const pb::FieldDescriptor* field,
           int depth) {
    switch (field->cpp_type()) {
      case pb::FieldDescriptor::CPPTYPE_INT32:
        return access.SetInt32(to, field, static_cast<int32_t>(Number()));
      case pb::FieldDescriptor::CPPTYPE_INT64: return access.SetInt64(to, field, Number());
      case pb::FieldDescriptor::CPPTYPE_UINT32:
        return access.SetUInt32(to, field, static_cast<uint32_t>(Number()));
      case pb::FieldDescriptor::CPPTYPE_UINT64:
        return access.SetUInt64(to, field, static_cast<uint64_t>(Number()));
      case pb::FieldDescriptor::CPPTYPE_BOOL:
        return access.SetBool(to, field, random_() % 2 == 0);
      case pb::FieldDescriptor::CPPTYPE_ENUM:
        return access.SetEnumValue(to, field, Value(field));
      case pb::FieldDescriptor::CPPTYPE_STRING: return access.SetString(to, field, Text());
      case pb::FieldDescriptor::CPPTYPE_MESSAGE: {
        pb::Message* inner = access.MutableMessage(to, field);
        if (depth > 0) Fill(inner, depth - 1);
        return;
      }
      default: FAIL() << "a kind of field that is new here: " << field->full_name();
    }
  }
  void Add(const pb::Reflection& access, pb::Message* to, const pb::FieldDescriptor* field,
           int depth) {
    switch (field->cpp_type()) {
      case pb::FieldDescriptor::CPPTYPE_INT64: return access.AddInt64(to, field, Number());
      case pb::FieldDescriptor::CPPTYPE_ENUM:
        return access.AddEnumValue(to, field, Value(field));
      case pb::FieldDescriptor::CPPTYPE_STRING: return access.AddString(to, field, Text());
      case pb::FieldDescriptor::CPPTYPE_MESSAGE: {
        pb::Message* inner = access.AddMessage(to, field);
        if (depth > 0) Fill(inner, depth - 1);
        return;
      }
      default: FAIL() << "a kind of list that is new here: " << field->full_name();
    }
  }

  std::mt19937_64 random_;
};

void ExpectSameBytes(const JournalEntry& entry) {
  if (!entry.IsInitialized()) return;  // without what its kind requires it has no bytes
  std::string bytes = "of before";
  EntryToBytes(entry, &bytes);
  EXPECT_EQ(bytes, entry.SerializeAsString()) << entry.ShortDebugString();
}

// Also of fields that are added after this was written.
TEST(EntryBytes, EachFieldAloneIsAsProtobufWritesIt) {
  Filler filler(1);
  const pb::Descriptor* type = JournalEntry::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    for (int round = 0; round < 20; ++round) {
      JournalEntry entry;
      filler.FillField(&entry, type->field(i), 3);
      ExpectSameBytes(entry);
    }
  }
}

TEST(EntryBytes, RandomEntriesAreAsProtobufWritesThem) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Filler filler(seed);
  int by_hand = 0;
  for (int round = 0; round < 20'000 && !::testing::Test::HasFailure(); ++round) {
    JournalEntry entry;
    switch (round % 5) {
      case 0: filler.Fill(entry.mutable_inode_file(), 3); break;
      case 1: filler.Fill(entry.mutable_update_inode(), 3); break;
      case 2: filler.Fill(entry.mutable_update_inode_file(), 3); break;
      case 3: filler.Fill(entry.mutable_rename(), 3); break;
      default: filler.Fill(entry.mutable_delete_file(), 3);
    }
    if (round % 3 == 0) filler.Fill(entry.mutable_operationid(), 1);
    ExpectSameBytes(entry);
    std::string bytes;
    if (WriteByHand(entry, &bytes)) ++by_hand;
  }
  EXPECT_GT(by_hand, 8'000);
}

TEST(EntryBytes, WhatFilesAreMadeOfIsWrittenByHand) {
  JournalEntry created;
  auto* file = created.mutable_inode_file();
  file->set_id(33554431);
  file->set_name("a name");
  file->set_ttl(-1);
  file->mutable_acl()->set_owninguser("root");
  file->mutable_acl()->add_useractions()->mutable_actions()->add_actions(proto::shared::WRITE);
  file->mutable_acl()->mutable_otheractions();
  created.mutable_operationid()->set_mostsignificantbits(-5);
  std::string bytes;
  EXPECT_TRUE(WriteByHand(created, &bytes));
  EXPECT_EQ(bytes, created.SerializeAsString());
}

TEST(EntryBytes, UnknownFieldsAreKept) {
  JournalEntry entry;
  entry.mutable_rename()->set_id(5);
  entry.mutable_rename()->mutable_unknown_fields()->AddVarint(77, 1);
  std::string bytes;
  EXPECT_FALSE(WriteByHand(entry, &bytes));
  ExpectSameBytes(entry);
  JournalEntry outside;
  outside.mutable_rename()->set_id(5);
  outside.mutable_unknown_fields()->AddVarint(20'000, 1);
  ExpectSameBytes(outside);
}

}  // namespace
}  // namespace alluxio::journal
