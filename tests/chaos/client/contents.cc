#include "tests/chaos/client/contents.h"

#include <unistd.h>

#include <cinttypes>
#include <cstdio>

namespace alluxio::chaos {
namespace {

constexpr int64_t kBlock = 256 << 10;
constexpr int64_t kLongest = 5 * kBlock;
constexpr size_t kPiece = 64 << 10;

char ByteAt(int64_t number, int64_t place) {
  return static_cast<char>((number * 131 + place * 7 + (place >> 10)) & 0xff);
}

std::string PathOf(int64_t number) { return "/files/f" + std::to_string(number); }

}  // namespace

Contents::Contents(client::FileSystem& fs, std::string list) : fs_(fs), list_(std::move(list)) {
  FILE* file = fopen(list_.c_str(), "r");
  if (file == nullptr) return;  // nothing was written yet
  Known known;
  while (fscanf(file, "%" SCNd64 " %" SCNd64, &known.number, &known.length) == 2) {
    files_.push_back(known);
  }
  fclose(file);
}

void Contents::Acknowledged(const Known& file) {
  MutexLock lock(mutex_);
  files_.push_back(file);
  FILE* out = fopen(list_.c_str(), "a");
  if (out == nullptr) {
    perror(list_.c_str());
    exit(1);
  }
  fprintf(out, "%" PRId64 " %" PRId64 "\n", file.number, file.length);
  fclose(out);
}

Status Contents::Write(const Known& file, WriteType type) {
  client::CreateOptions options;
  options.write_type = type;
  options.block_size = kBlock;
  ASSIGN_OR_RETURN(auto out, fs_.CreateFile(PathOf(file.number), options));
  std::string piece;
  for (int64_t at = 0; at < file.length; at += static_cast<int64_t>(piece.size())) {
    piece.resize(static_cast<size_t>(std::min<int64_t>(kPiece, file.length - at)));
    for (size_t i = 0; i < piece.size(); ++i) piece[i] = ByteAt(file.number, at + i);
    RETURN_IF_ERROR(out->Write(piece));
  }
  return out->Close();
}

void Contents::WriteAlways(uint64_t seed, const std::atomic<bool>& stop) {
  auto rng = Rng::Seeded(seed);
  for (int64_t number = 0; !stop; ++number) {
    const Known file{number, static_cast<int64_t>(rng->Below(kLongest)) + 1};
    const WriteType type = rng->Below(2) == 0 ? WriteType::kMustCache : WriteType::kCacheThrough;
    const Status status = Write(file, type);
    if (status.ok()) {
      ++counts_.written;
      Acknowledged(file);
    } else {
      ++counts_.write_errors;
      printf("write %s: %s\n", PathOf(number).c_str(), status.ToString().c_str());
    }
    ::usleep(static_cast<useconds_t>(rng->Below(100000) + 1));
  }
}

Status Contents::Read(const Known& file, bool slowly) {
  ASSIGN_OR_RETURN(auto in, fs_.OpenFile(PathOf(file.number)));
  std::string piece(kPiece, '\0');
  int64_t at = 0;
  while (true) {
    ASSIGN_OR_RETURN(size_t got, in->Read(piece));
    if (got == 0) break;
    for (size_t i = 0; i < got; ++i) {
      if (piece[i] != ByteAt(file.number, at + i)) return DataLoss("another byte");
    }
    at += static_cast<int64_t>(got);
    if (slowly) ::usleep(30000);
  }
  return at == file.length ? OkStatus() : DataLoss("another length");
}

void Contents::Count(const Known& file, const Status& status) {
  if (status.ok()) {
    ++counts_.read;
    return;
  }
  const bool wrong = status.Is(StatusCode::kDataLoss) || status.Is(StatusCode::kNotFound) ||
                     status.Is(StatusCode::kFailedPrecondition);
  ++(wrong ? counts_.wrong : counts_.read_errors);
  printf("read %s: %s\n", PathOf(file.number).c_str(), status.ToString().c_str());
}

void Contents::ReadAlways(uint64_t seed, const std::atomic<bool>& stop) {
  auto rng = Rng::Seeded(seed);
  while (!stop) {
    const uint64_t choice = rng->Next();  // it has a lock of its own
    Known file;
    {
      MutexLock lock(mutex_);
      if (!files_.empty()) file = files_[choice % files_.size()];
    }
    if (file.length > 0) Count(file, Read(file, true));
    ::usleep(20000);
  }
}

void Contents::ReadEverything() {
  std::vector<Known> files;
  {
    MutexLock lock(mutex_);
    files = files_;
  }
  for (const Known& file : files) Count(file, Read(file, false));
}

}  // namespace alluxio::chaos
