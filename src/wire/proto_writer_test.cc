#include "wire/proto_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "proto/grpc/common.pb.h"
#include "proto/grpc/file_system_master.pb.h"

namespace alluxio::wire {
namespace {

// As field 3 of a FileInfo, of which field 27 is an ACL whose owner is `text`.
std::string Library(const std::string& text) {
  grpc::file::FileInfo message;
  message.set_path("p");
  message.mutable_acl()->set_owner(text);
  return message.SerializeAsString();
}

std::string Written(const std::string& text, size_t length_bytes) {
  ProtoWriter out;
  out.Text(3, "p");
  ProtoWriter::Nested acl = out.Begin(27, length_bytes);
  out.Text(1, text);
  out.End(acl);
  return std::string(out.view());
}

TEST(ProtoWriter, ALengthTakesAsManyBytesAsItMust) {
  for (size_t size : {0, 1, 124, 125, 126, 127, 128, 16378, 16379, 16380, 16381, 70000}) {
    const std::string text(size, 't');
    for (size_t guess : {1, 2, 3}) {
      EXPECT_EQ(Written(text, guess), Library(text)) << size << " bytes, guess " << guess;
    }
  }
}

TEST(ProtoWriter, NumbersAreThoseOfTheLibrary) {
  for (int64_t number : {int64_t{0}, int64_t{1}, int64_t{127}, int64_t{128}, int64_t{-1},
                         std::numeric_limits<int64_t>::max(),
                         std::numeric_limits<int64_t>::min()}) {
    grpc::file::FileInfo message;
    message.set_fileid(number);
    message.set_replicationmax(static_cast<int32_t>(number));
    ProtoWriter out;
    out.Int(1, number);
    out.Int(29, static_cast<int32_t>(number));
    EXPECT_EQ(out.view(), message.SerializeAsString()) << number;
  }
}

TEST(ProtoWriter, APathHasOneSlashBetweenItsParts) {
  auto written = [](JoinedPath path) {
    ProtoWriter out;
    out.Path(3, path);
    grpc::file::FileInfo message;
    EXPECT_TRUE(message.ParseFromArray(out.view().data(), static_cast<int>(out.size())));
    return message.path();
  };
  EXPECT_EQ(written({"/", "a"}), "/a");
  EXPECT_EQ(written({"/a", "b"}), "/a/b");
  EXPECT_EQ(written({"/a", ""}), "/a");
  EXPECT_EQ(written({"s3://b/", "c"}), "s3://b/c");
  EXPECT_EQ(written({"", "c"}), "/c");
}

TEST(ProtoWriter, FieldsOfOneRoomAreThoseOfMany) {
  const std::string text(300, 't');
  ProtoWriter out;
  ProtoWriter::Fields fields = out.Open(3 * ProtoWriter::kMostOfField + text.size() + 3);
  fields.Int(1, -1);
  fields.Text(2, text);
  fields.Path(3, {"/a", "b"});
  out.Close(fields);
  ProtoWriter one_by_one;
  one_by_one.Int(1, -1);
  one_by_one.Text(2, text);
  one_by_one.Path(3, {"/a", "b"});
  EXPECT_EQ(out.view(), one_by_one.view());
  const std::string written(out.view());
  out.Append(written);
  EXPECT_EQ(out.view(), written + written);
}

TEST(ProtoWriter, WhatIsTakenIsNotWrittenOver) {
  ProtoWriter out;
  out.Text(1, "first");
  const std::string first(out.view());
  Bytes copy = out.Copy();
  Bytes taken = out.Take();
  EXPECT_EQ(out.size(), 0u);
  out.Text(1, "second");
  EXPECT_EQ(copy.view(), first);
  EXPECT_EQ(taken.view(), first);
  const size_t before = out.size();
  out.Text(1, std::string(5000, 'x'));
  out.Truncate(before);
  EXPECT_EQ(out.view(), std::string("\x0a\x06second"));
  out.Clear();
  EXPECT_TRUE(out.Copy().empty());
  EXPECT_TRUE(ProtoWriter().Copy().empty());
}

}  // namespace
}  // namespace alluxio::wire
