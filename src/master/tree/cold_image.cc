#include "master/tree/cold_image.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/log.h"
#include "master/tree/inode_store.h"

namespace alluxio::master {

namespace {

constexpr size_t kSendBytes = size_t{256} << 10;
constexpr size_t kMostRow = size_t{1} << 30;  // what a frame of the pipe may claim

// In front of each row in the pipe.
struct Frame {
  InodeId parent = kNoInode;
  uint32_t name_bytes = 0;  // 0: the end of the directories or of the files
  uint32_t row_bytes = 0;
};

// Reads the table twice. Both iterators are made at once, so they see the same.
class TableRows final : public ColdRows {
 public:
  explicit TableRows(const ColdInodes& cold) : directories_(cold.All()), files_(cold.All()) {}

  Result<bool> Next(ColdRow* row) override {
    ColdInodes::Rows* rows = directories_ != nullptr ? directories_.get() : files_.get();
    if (rows == nullptr) return false;
    const bool wanted = directories_ != nullptr;
    while (rows->Valid() && InodeStore::IsDirectoryRow(rows->row()) != wanted) rows->Next();
    if (!rows->Valid()) {
      (wanted ? directories_ : files_).reset();
      return false;
    }
    row->parent = rows->parent();
    row->name = rows->name();
    row->row = rows->row();
    rows->Next();
    return true;
  }

 private:
  std::unique_ptr<ColdInodes::Rows> directories_;
  std::unique_ptr<ColdInodes::Rows> files_;
};

class PipeRows final : public ColdRows {
 public:
  explicit PipeRows(BytePipe& pipe) : pipe_(pipe) {}

  Result<bool> Next(ColdRow* row) override {
    if (ends_ == 2) return false;
    Frame frame;
    char bytes[sizeof(frame)];
    RETURN_IF_ERROR(Fill(bytes));
    std::memcpy(&frame, bytes, sizeof(frame));
    if (frame.name_bytes == 0) {
      ++ends_;
      return false;
    }
    if (frame.name_bytes > kMostRow || frame.row_bytes > kMostRow) {
      return DataLoss("rows of the metastore: a frame of impossible size");
    }
    row->parent = frame.parent;
    row->name.resize(frame.name_bytes);
    row->row.resize(frame.row_bytes);
    RETURN_IF_ERROR(Fill(row->name));
    RETURN_IF_ERROR(Fill(row->row));
    return true;
  }

 private:
  // Reads ahead: a row is much smaller than what a call to the system is worth.
  Status Fill(std::span<char> into) {
    while (!into.empty()) {
      if (at_ == have_) {
        ASSIGN_OR_RETURN(have_, pipe_.ReadSome(buffer_));
        at_ = 0;
        if (have_ == 0) return Aborted("rows of the metastore: the sender has stopped");
      }
      size_t n = std::min(into.size(), have_ - at_);
      std::memcpy(into.data(), buffer_.data() + at_, n);
      at_ += n;
      into = into.subspan(n);
    }
    return OkStatus();
  }

  BytePipe& pipe_;
  std::string buffer_ = std::string(kSendBytes, '\0');
  size_t at_ = 0;
  size_t have_ = 0;
  int ends_ = 0;
};

void AppendFrame(const ColdRow& row, std::string* out) {
  Frame frame{row.parent, static_cast<uint32_t>(row.name.size()),
              static_cast<uint32_t>(row.row.size())};
  out->append(reinterpret_cast<const char*>(&frame), sizeof(frame));
  out->append(row.name).append(row.row);
}

}  // namespace

std::unique_ptr<ColdRows> ColdRows::Of(const ColdInodes& cold) {
  return std::make_unique<TableRows>(cold);
}

Result<std::unique_ptr<ColdImage>> ColdImage::Freeze(const ColdInodes& cold) {
  std::unique_ptr<ColdImage> image(new ColdImage());
  ASSIGN_OR_RETURN(image->pipe_, BytePipe::Create());
  image->rows_ = ColdRows::Of(cold);
  return image;
}

ColdImage::~ColdImage() {
  pipe_->Cancel();
  if (sender_ != nullptr) sender_->Stop();
}

Status ColdImage::Start() {
  sender_ = Executor::Create({.name = "tree-image", .threads = 1, .queue_limit = 1});
  return sender_->Submit([this] {
    Status sent = Send();
    pipe_->EndWriting();
    // A child that is not interested or that was killed has its own report.
    if (!sent.ok() && !sent.Is(StatusCode::kCancelled)) {
      LOG_WARN("master: rows of the metastore were not sent error={}", sent.ToString());
    }
  });
}

Status ColdImage::Send() {
  std::string out;
  ColdRow row;
  for (int ends = 0; ends < 2;) {
    ASSIGN_OR_RETURN(bool more, rows_->Next(&row));
    if (!more) {
      row = ColdRow{};
      ++ends;
    }
    AppendFrame(row, &out);
    if (out.size() < kSendBytes && ends < 2) continue;
    RETURN_IF_ERROR(pipe_->Write(out));
    out.clear();
  }
  return OkStatus();
}

std::unique_ptr<ColdRows> ColdImage::Receive() { return std::make_unique<PipeRows>(*pipe_); }

}  // namespace alluxio::master
