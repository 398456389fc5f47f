#include "master/state/flat_image.h"

#include <gtest/gtest.h>

#include "env/rng.h"
#include "tests/fixtures/faulty_disk.h"
#include "tests/fixtures/temp_folder.h"

namespace alluxio::master {
namespace {

class FlatImageTest : public ::testing::Test {
 protected:
  std::string path(const std::string& name) { return folder_.path() + "/images/" + name; }
  // An image of the frames, for a checkpoint that ends at `end`.
  Status Write(const std::vector<std::string>& frames, int64_t end = 7) {
    ASSIGN_OR_RETURN(auto pending, images_.Begin("part", end, 1000));
    for (const std::string& frame : frames) RETURN_IF_ERROR(pending->writer().Frame(frame));
    return pending->Commit(digest_);
  }
  // Frames until the first that is of no use, and the digest behind `count` of them.
  Status Read(size_t count, std::vector<std::string>* frames) {
    frames->clear();
    std::unique_ptr<ImageReader> image = images_.Open("part", 7);
    if (image == nullptr) return NotFound("no image");
    while (frames->size() < count) {
      ASSIGN_OR_RETURN(std::string frame, image->Text());
      frames->push_back(frame);
    }
    ASSIGN_OR_RETURN(CheckpointDigest digest, ImageFolder::ReadDigest(*image));
    return digest == digest_ ? OkStatus() : InternalError("another digest");
  }
  std::string Bytes() {
    auto file = Disk::Real().OpenForRead(path("part.image"));
    std::string bytes(static_cast<size_t>((*file)->Length().value()), '\0');
    EXPECT_EQ((*file)->ReadAt(0, bytes).value(), bytes.size());
    return bytes;
  }
  void Put(const std::string& bytes) {
    auto file = Disk::Real().OpenForWrite(path("part.image"), WriteMode::kTruncate);
    ASSERT_TRUE((*file)->Append(bytes).ok() && (*file)->Close().ok());
  }

  TempFolder folder_;
  FaultyDisk disk_;
  ImageFolder images_{disk_, folder_.path() + "/images"};
  CheckpointDigest digest_{12345, 678};
};

TEST_F(FlatImageTest, FramesOfAnySizeComeBack) {
  const uint64_t seed = Rng::Real().Next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::unique_ptr<Rng> rng = Rng::Seeded(seed);
  std::vector<std::string> frames{"", "a", std::string(3 << 20, 'x')};
  for (int i = 0; i < 300; ++i) {
    std::string frame(rng->Below(rng->Below(20) == 0 ? 600'000 : 300), '\0');
    for (char& c : frame) c = static_cast<char>(rng->Next());
    frames.push_back(frame);
  }
  ASSERT_TRUE(Write(frames).ok());
  std::vector<std::string> read;
  Status status = Read(frames.size(), &read);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(read == frames);
  EXPECT_FALSE(Read(frames.size() + 1, &read).ok());
  EXPECT_FALSE(Read(frames.size() - 1, &read).ok());
}

TEST_F(FlatImageTest, ArraysGoOverSeveralFrames) {
  std::vector<uint64_t> values(3'000'000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = i * i;
  auto pending = images_.Begin("part", 7, 0);
  ASSERT_TRUE(pending.ok()) << pending.status();
  ASSERT_TRUE((*pending)->writer().Array(std::span<const uint64_t>(values)).ok());
  ASSERT_TRUE((*pending)->writer().Array(std::span<const uint64_t>()).ok());
  ASSERT_TRUE((*pending)->Commit(digest_).ok());
  std::unique_ptr<ImageReader> image = images_.Open("part", 7);
  ASSERT_NE(image, nullptr);
  EXPECT_TRUE(image->Array<uint64_t>().value() == values);
  EXPECT_TRUE(image->Array<uint64_t>().value().empty());
  EXPECT_EQ(ImageFolder::ReadDigest(*image).value(), digest_);
}

TEST_F(FlatImageTest, EveryBitThatFlipsIsNoticed) {
  const std::vector<std::string> frames{"one", "", std::string(2000, 'z')};
  ASSERT_TRUE(Write(frames).ok());
  const std::string whole = Bytes();
  std::vector<std::string> read;
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    Put(damaged);
    ASSERT_FALSE(Read(frames.size(), &read).ok()) << "bit " << bit;
  }
  for (size_t length = 0; length < whole.size(); ++length) {
    Put(whole.substr(0, length));
    ASSERT_FALSE(Read(frames.size(), &read).ok()) << "length " << length;
  }
  Put(whole + "x");
  EXPECT_FALSE(Read(frames.size(), &read).ok());
  Put(whole);
  EXPECT_TRUE(Read(frames.size(), &read).ok());
}

TEST_F(FlatImageTest, FramesThatChangedPlacesAreNoticed) {
  ASSERT_TRUE(Write({"one", "two"}).ok());
  std::string bytes = Bytes();
  const size_t one = bytes.find("one");
  const size_t two = bytes.find("two");
  std::string swapped = bytes;
  const size_t head = two - one - 3;
  for (size_t i = 0; i < head + 3; ++i) {
    std::swap(swapped[one - head + i], swapped[two - head + i]);
  }
  Put(swapped);
  std::vector<std::string> read;
  EXPECT_EQ(Read(2, &read).code(), StatusCode::kDataLoss);
}

TEST_F(FlatImageTest, OnlyTheSameCheckpointAndTheSameBuildHaveIt) {
  EXPECT_EQ(images_.Open("part", 7), nullptr);
  ASSERT_TRUE(Write({"a"}).ok());
  EXPECT_NE(images_.Open("part", 7), nullptr);
  EXPECT_EQ(images_.Open("part", 8), nullptr);
  EXPECT_EQ(images_.Open("other", 7), nullptr);
  ASSERT_TRUE(Write({"b"}, 8).ok());
  EXPECT_EQ(images_.Open("part", 7), nullptr);
  images_.Remove("part");
  images_.Remove("part");
  EXPECT_EQ(images_.Open("part", 8), nullptr);
}

TEST_F(FlatImageTest, WhatIsNotCommittedIsRemoved) {
  ASSERT_TRUE(Write({"old"}).ok());
  {
    auto pending = images_.Begin("part", 7, 0);
    ASSERT_TRUE(pending.ok());
    ASSERT_TRUE((*pending)->writer().Frame("new").ok());
  }
  EXPECT_EQ(disk_.List(folder_.path() + "/images").value(), std::vector<std::string>{"part.image"});
  std::vector<std::string> read;
  ASSERT_TRUE(Read(1, &read).ok());
  EXPECT_EQ(read[0], "old");
}

TEST_F(FlatImageTest, AFullDiskLeavesNothingBehind) {
  disk_.bytes_left = 1000;
  EXPECT_EQ(Write({std::string(4 << 20, 'x')}).code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(disk_.List(folder_.path() + "/images")->empty());
  disk_.bytes_left = INT64_MAX;
  Result<std::unique_ptr<ImageFolder::Pending>> pending =
      images_.Begin("part", 7, size_t{1} << 60);
  EXPECT_EQ(pending.status().code(), StatusCode::kResourceExhausted) << pending.status();
}

TEST_F(FlatImageTest, ADiskThatRefusesMakesNoImageAndIsNone) {
  ASSERT_TRUE(Write({"a"}).ok());
  disk_.Refuse(folder_.path() + "/images", Status(StatusCode::kPermissionDenied, "no"));
  EXPECT_FALSE(Write({"b"}).ok());
  EXPECT_EQ(images_.Open("part", 7), nullptr);
  images_.RemoveAll();
  disk_.Refuse("", OkStatus());
  EXPECT_NE(images_.Open("part", 7), nullptr);
}

TEST_F(FlatImageTest, RemoveAllTakesImagesAndWhatCrashesLeft) {
  images_.RemoveAll();
  ASSERT_TRUE(Write({"a"}).ok());
  for (const char* name : {"part.image.tmp", "notes"}) {
    auto file = Disk::Real().OpenForWrite(path(name), WriteMode::kTruncate);
    ASSERT_TRUE(file.ok() && (*file)->Close().ok());
  }
  images_.RemoveUnfinished();
  EXPECT_EQ(disk_.List(folder_.path() + "/images")->size(), 2u);
  EXPECT_NE(images_.Open("part", 7), nullptr);
  images_.RemoveAll();
  EXPECT_EQ(disk_.List(folder_.path() + "/images").value(), std::vector<std::string>{"notes"});
}

}  // namespace
}  // namespace alluxio::master
