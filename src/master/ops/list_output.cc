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
  slice_begin_ = message_.size();
}

bool WrittenOutput::AddKept(InodeView folder, std::string_view path, std::string* after) {
  const KeptSlicePtr kept = keeper_.Take(folder, path, *after);
  if (kept == nullptr) return false;
  if (entries_ == 0) begin_ = message_.size();
  message_.Append(kept->written);
  entries_ += kept->entries;
  *after = kept->next;
  return true;
}

void WrittenOutput::BeginChildren(std::span<const InodeView> children) {
  keeper_.Begin(children);
  BeginSlice();
}

void WrittenOutput::EndChildren(size_t added, const std::string& after) {
  keeper_.End(added, message_.view().substr(slice_begin_), after);
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
