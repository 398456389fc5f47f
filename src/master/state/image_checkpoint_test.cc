#include "master/state/image_checkpoint.h"

#include <gtest/gtest.h>

#include "journal/string_checkpoint.h"
#include "tests/fixtures/faulty_disk.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio::master {
namespace {

// A part whose state is a text, and whose checkpoint is long.
class ImageCheckpointTest : public ::testing::Test {
 protected:
  static constexpr size_t kSize = 5 << 20;

  Status Write(journal::CheckpointSink& sink, const std::string& state) {
    return WriteWithImage(
        images(), "part", 100, sink,
        [&](journal::CheckpointSink& into) {
          RETURN_IF_ERROR(into.Write(state));
          return into.Write(std::string(kSize, 'c'));
        },
        [&](ImageWriter& image) { return image.Frame(state); });
  }
  Status Read(journal::CheckpointSource& source) {
    state_.clear();
    how_.clear();
    return ReadWithImage(
        images(), "part", source,
        [this](journal::CheckpointSource& from) {
          how_ = "checkpoint";
          std::string bytes(3 + kSize, '\0');
          ASSIGN_OR_RETURN(size_t n, from.Read(bytes.data(), bytes.size()));
          state_ = bytes.substr(0, n - kSize);
          return OkStatus();
        },
        [this](ImageReader& image) {
          how_ = "image";
          ASSIGN_OR_RETURN(state_, image.Text());
          return OkStatus();
        });
  }
  ImageFolder* images() { return enabled_ ? &images_ : nullptr; }
  std::string path() const { return folder_.path() + "/part.image"; }

  TempFolder folder_;
  FaultyDisk disk_;
  ImageFolder images_{disk_, folder_.path()};
  bool enabled_ = true;
  std::string state_;
  std::string how_;
};

TEST_F(ImageCheckpointTest, TheImageOfACheckpointIsTaken) {
  journal::StringSink sink(42);
  ASSERT_TRUE(Write(sink, "abc").ok());
  journal::StringSource source(sink.bytes, 42);
  ASSERT_TRUE(Read(source).ok());
  EXPECT_EQ(how_ + " " + state_, "image abc");
  char rest = 0;
  EXPECT_EQ(source.Read(&rest, 1).value(), 0u);  // what follows a part begins where it ends
}

TEST_F(ImageCheckpointTest, WithoutAnImageTheCheckpointIsRead) {
  journal::StringSink sink(42);
  enabled_ = false;
  ASSERT_TRUE(Write(sink, "abc").ok());
  EXPECT_TRUE(disk_.List(folder_.path())->empty());
  for (bool enabled : {false, true}) {
    enabled_ = enabled;
    journal::StringSource source(sink.bytes, 42);
    ASSERT_TRUE(Read(source).ok());
    EXPECT_EQ(how_ + " " + state_, "checkpoint abc");
  }
}

TEST_F(ImageCheckpointTest, BackupsAndOtherCheckpointsHaveNone) {
  journal::StringSink nameless;
  ASSERT_TRUE(Write(nameless, "abc").ok());
  EXPECT_TRUE(disk_.List(folder_.path())->empty());
  journal::StringSink sink(42);
  ASSERT_TRUE(Write(sink, "abc").ok());
  for (int64_t end : {-1, 41, 43}) {
    journal::StringSource source(sink.bytes, end);
    ASSERT_TRUE(Read(source).ok());
    EXPECT_EQ(how_, "checkpoint") << end;
  }
}

// Of a journal that was formatted, say.
TEST_F(ImageCheckpointTest, OtherBytesUnderTheSameEndAreNotTakenForThese) {
  journal::StringSink sink(42);
  ASSERT_TRUE(Write(sink, "abc").ok());
  std::string other = sink.bytes;
  other[0] = 'x';
  for (const std::string& bytes : {other, sink.bytes + "c", sink.bytes.substr(1)}) {
    journal::StringSink again(42);
    ASSERT_TRUE(Write(again, "abc").ok());
    journal::StringSource source(bytes, 42);
    EXPECT_EQ(Read(source).code(), StatusCode::kAborted);
    journal::StringSource reopened(bytes, 42);
    ASSERT_TRUE(Read(reopened).ok());
    EXPECT_EQ(how_, "checkpoint");
  }
}

TEST_F(ImageCheckpointTest, ADamagedImageIsDroppedAndTheCheckpointRead) {
  journal::StringSink sink(42);
  ASSERT_TRUE(Write(sink, "abc").ok());
  ASSERT_TRUE(disk_.Truncate(path(), disk_.Stat(path())->length - 1).ok());
  journal::StringSource source(sink.bytes, 42);
  EXPECT_EQ(Read(source).code(), StatusCode::kAborted);
  EXPECT_FALSE(disk_.Stat(path()).ok());
  journal::StringSource reopened(sink.bytes, 42);
  ASSERT_TRUE(Read(reopened).ok());
  EXPECT_EQ(how_ + " " + state_, "checkpoint abc");
}

TEST_F(ImageCheckpointTest, AnImageThatFailsIsNotedAndTheCheckpointIsWhole) {
  disk_.bytes_left = 10;
  journal::StringSink sink(42);
  ASSERT_TRUE(Write(sink, "abc").ok());
  EXPECT_EQ(sink.bytes.size(), 3 + kSize);
  EXPECT_NE(sink.notes.find("no image of part"), std::string::npos) << sink.notes;
  EXPECT_TRUE(disk_.List(folder_.path())->empty());
}

// A checkpoint that cannot be read is not the image's fault.
TEST_F(ImageCheckpointTest, AnErrorOfTheSourceIsTold) {
  class Broken final : public journal::CheckpointSource {
   public:
    Result<size_t> Read(char*, size_t) override { return Unavailable("store is away"); }
    int64_t end() const override { return 42; }
  };
  journal::StringSink sink(42);
  ASSERT_TRUE(Write(sink, "abc").ok());
  Broken source;
  EXPECT_EQ(Read(source).code(), StatusCode::kUnavailable);
  EXPECT_TRUE(disk_.Stat(path()).ok());
}

}  // namespace
}  // namespace alluxio::master
