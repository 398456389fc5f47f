#include "master/state/flat_image.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"
#include "base/crc32c.h"
#include "base/log.h"
#include "env/build_id.h"

namespace alluxio::master {
namespace {

constexpr size_t kBuffer = 256 * 1024;
constexpr char kSuffix[] = ".image";
constexpr char kUnfinished[] = ".image.tmp";
// Left free for others.
constexpr int64_t kLeastFree = int64_t{1} << 30;

struct FrameHead {
  uint64_t length = 0;
  uint32_t number = 0;
  uint32_t crc = 0;
  uint32_t check = 0;

  static constexpr size_t kBytes = 20;
  std::array<char, kBytes> Encode() {
    std::array<char, kBytes> bytes{};
    std::memcpy(bytes.data(), &length, 8);
    std::memcpy(bytes.data() + 8, &number, 4);
    std::memcpy(bytes.data() + 12, &crc, 4);
    check = Crc32c({bytes.data(), 16});
    std::memcpy(bytes.data() + 16, &check, 4);
    return bytes;
  }
  // False when it is damaged.
  bool Decode(const std::array<char, kBytes>& bytes) {
    std::memcpy(&length, bytes.data(), 8);
    std::memcpy(&number, bytes.data() + 8, 4);
    std::memcpy(&crc, bytes.data() + 12, 4);
    std::memcpy(&check, bytes.data() + 16, 4);
    return check == Crc32c({bytes.data(), 16});
  }
};

// The first frame.
struct ImageHead {
  char magic[8] = {'A', 'L', 'X', 'F', 'L', 'A', 'T', '1'};
  char build[32] = {};  // of the build id, zeros behind it
  int64_t end = 0;
};

ImageHead HeadFor(int64_t end) {
  ImageHead head;
  const std::string& build = BuildId();
  std::memcpy(head.build, build.data(), std::min(build.size(), sizeof(head.build)));
  head.end = end;
  return head;
}

bool EndsWith(std::string_view name, std::string_view suffix) {
  return name.size() >= suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
}

}  // namespace

void CheckpointDigest::Add(std::string_view data) {
  size += data.size();
  crc = ExtendCrc32c(static_cast<uint32_t>(crc), data);
}

ImageWriter::ImageWriter(std::unique_ptr<WritableFile> file) : file_(std::move(file)) {
  buffer_.reserve(kBuffer);
}

Status ImageWriter::Frame(std::string_view payload) {
  CHECK(payload.size() <= kMostFrame) << payload.size();
  FrameHead head{.length = payload.size(), .number = number_++, .crc = Crc32c(payload)};
  const std::array<char, FrameHead::kBytes> bytes = head.Encode();
  if (buffer_.size() + bytes.size() + payload.size() > kBuffer) RETURN_IF_ERROR(Flush());
  buffer_.append(bytes.data(), bytes.size());
  if (buffer_.size() + payload.size() <= kBuffer) {
    buffer_.append(payload);
    return OkStatus();
  }
  RETURN_IF_ERROR(Flush());
  return file_->Append(payload);
}

Status ImageWriter::Flush() {
  Status written = buffer_.empty() ? OkStatus() : file_->Append(buffer_);
  buffer_.clear();
  return written;
}

Status ImageWriter::Close() {
  RETURN_IF_ERROR(Flush());
  return file_->Close();
}

ImageReader::ImageReader(std::unique_ptr<ReadableFile> file, int64_t length)
    : file_(std::move(file)), length_(length), buffer_(kBuffer, '\0') {}

Status ImageReader::Damaged(std::string_view why) const {
  return DataLoss("image: frame " + std::to_string(number_) + ": " + std::string(why));
}

// What is much is read to where it belongs.
Status ImageReader::Take(std::span<char> into) {
  const size_t here = std::min(into.size(), filled_ - at_);
  if (here > 0) std::memcpy(into.data(), buffer_.data() + at_, here);
  at_ += here;
  into = into.subspan(here);
  if (into.empty()) return OkStatus();
  const bool direct = into.size() >= kBuffer;
  const std::span<char> room = direct ? into : std::span<char>(buffer_);
  ASSIGN_OR_RETURN(size_t n, file_->ReadAt(offset_, room));
  offset_ += static_cast<int64_t>(n);
  if (n < into.size()) return Damaged("the file ends");
  if (direct) return OkStatus();
  std::memcpy(into.data(), buffer_.data(), into.size());
  at_ = into.size();
  filled_ = n;
  return OkStatus();
}

Result<size_t> ImageReader::NextLength() {
  if (headed_) return payload_;
  std::array<char, FrameHead::kBytes> bytes{};
  RETURN_IF_ERROR(Take(bytes));
  FrameHead head;
  if (!head.Decode(bytes) || head.number != number_) return Damaged("its head is damaged");
  if (head.length > ImageWriter::kMostFrame) return Damaged("it is too long");
  headed_ = true;
  payload_ = head.length;
  crc_ = head.crc;
  return payload_;
}

Status ImageReader::Read(std::span<char> into) {
  ASSIGN_OR_RETURN(size_t length, NextLength());
  if (length != into.size()) {
    return Damaged(std::to_string(length) + " bytes instead of " + std::to_string(into.size()));
  }
  RETURN_IF_ERROR(Take(into));
  if (Crc32c({into.data(), into.size()}) != crc_) return Damaged("its sum is wrong");
  headed_ = false;
  ++number_;
  return OkStatus();
}

Result<std::string> ImageReader::Text() {
  ASSIGN_OR_RETURN(size_t length, NextLength());
  if (static_cast<int64_t>(length) > left()) return Damaged("the file ends");
  std::string text(length, '\0');
  RETURN_IF_ERROR(Read(text));
  return text;
}

ImageFolder::ImageFolder(Disk& disk, std::string folder)
    : disk_(disk), folder_(std::move(folder)) {}

std::string ImageFolder::PathOf(std::string_view name) const {
  return folder_ + "/" + std::string(name) + kSuffix;
}

ImageFolder::Pending::Pending(Disk& disk, std::string path, std::unique_ptr<WritableFile> file)
    : disk_(disk), path_(std::move(path)), writer_(std::move(file)) {}

// No log in a forked child, where another thread's hold of it would last forever. What stays is
// overwritten by the next image.
ImageFolder::Pending::~Pending() {
  if (!committed_) (void)disk_.DeleteFile(path_ + ".tmp").ok();
}

Status ImageFolder::Pending::Commit(const CheckpointDigest& digest) {
  RETURN_IF_ERROR(writer_.Value(digest));
  RETURN_IF_ERROR(writer_.Close());
  RETURN_IF_ERROR(disk_.Rename(path_ + ".tmp", path_));
  committed_ = true;
  return OkStatus();
}

Result<std::unique_ptr<ImageFolder::Pending>> ImageFolder::Begin(std::string_view name,
                                                                 int64_t end, size_t bytes) {
  if (BuildId().empty()) return FailedPrecondition("this program has no build id");
  RETURN_IF_ERROR(disk_.MakeDirectories(folder_, 0700));
  ASSIGN_OR_RETURN(DiskSpace space, disk_.Space(folder_));
  if (space.available_bytes < static_cast<int64_t>(bytes) + kLeastFree) {
    return ResourceExhausted(folder_ + ": " + std::to_string(space.available_bytes) +
                             " bytes are free, an image takes some " + std::to_string(bytes));
  }
  std::string path = PathOf(name);
  ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file,
                   disk_.OpenForWrite(path + ".tmp", WriteMode::kTruncate, 0600));
  std::unique_ptr<Pending> pending(new Pending(disk_, std::move(path), std::move(file)));
  RETURN_IF_ERROR(pending->writer().Value(HeadFor(end)));
  return pending;
}

std::unique_ptr<ImageReader> ImageFolder::Open(std::string_view name, int64_t end) {
  if (BuildId().empty()) return nullptr;
  const std::string path = PathOf(name);
  Result<std::unique_ptr<ReadableFile>> file = disk_.OpenForRead(path);
  if (!file.ok()) {
    if (!file.status().Is(StatusCode::kNotFound)) LogIfError(file.status(), "master: an image");
    return nullptr;
  }
  Result<int64_t> length = (*file)->Length();
  if (!length.ok()) {
    LogIfError(length.status(), "master: an image");
    return nullptr;
  }
  auto image = std::make_unique<ImageReader>(*std::move(file), *length);
  ImageHead head;
  const ImageHead wanted = HeadFor(end);
  Status read = image->Value(&head);
  if (!read.ok()) {
    LOG_WARN("master: an image is not used path={} error=\"{}\"", path, read.ToString());
    return nullptr;
  }
  if (std::memcmp(&head, &wanted, sizeof(head)) == 0) return image;
  LOG_INFO("master: an image is not used path={} reason=\"it is of {}\" its_end={} end={}", path,
           std::memcmp(head.build, wanted.build, sizeof(head.build)) != 0 ? "another build"
                                                                          : "another checkpoint",
           head.end, end);
  return nullptr;
}

Result<CheckpointDigest> ImageFolder::ReadDigest(ImageReader& image) {
  CheckpointDigest digest;
  RETURN_IF_ERROR(image.Value(&digest));
  if (image.left() != 0) return image.Damaged("there is more behind the end");
  return digest;
}

void ImageFolder::Remove(std::string_view name) {
  Status removed = disk_.DeleteFile(PathOf(name));
  if (!removed.Is(StatusCode::kNotFound)) LogIfError(removed, "master: an image stays");
}

void ImageFolder::RemoveFiles(bool all) {
  Result<std::vector<std::string>> names = disk_.List(folder_);
  if (!names.ok()) {
    if (!names.status().Is(StatusCode::kNotFound)) {
      LogIfError(names.status(), "master: images stay");
    }
    return;
  }
  for (const std::string& name : *names) {
    if (!EndsWith(name, kUnfinished) && !(all && EndsWith(name, kSuffix))) continue;
    LogIfError(disk_.DeleteFile(folder_ + "/" + name), "master: an image stays");
  }
}

}  // namespace alluxio::master
