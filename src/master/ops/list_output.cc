#include "master/ops/list_output.h"

#include "model/path.h"

namespace alluxio::master {
namespace {
constexpr uint32_t kFileInfos = 1;  // of ListStatusPResponse
}  // namespace

void InfoOutput::AddChild(InodeView inode, std::string_view folder) {
  Add(inode, JoinPath(folder, inode.name()));
}

void WrittenOutput::BeginSlice() {
  writer_.emplace(parts_, mount_info_, kFileInfos, &message_);
  if (entries_ == 0) begin_ = message_.size();
}

void WrittenOutput::Add(InodeView inode, std::string_view path) {
  last_begin_ = message_.size();
  writer_->Write(inode, path);
  ++entries_;
}

void WrittenOutput::AddChild(InodeView inode, std::string_view folder) {
  last_begin_ = message_.size();
  writer_->WriteChild(inode, folder);
  ++entries_;
}

void WrittenOutput::DropLast() {
  message_.Truncate(last_begin_);
  --entries_;
}

Status WrittenOutput::Flush() { return sink_(std::exchange(entries_, 0)); }

}  // namespace alluxio::master
