// ListOutput: where a listing puts its entries: a batch under the tree lock, passed on without it.
//
// InfoOutput makes values of them, WrittenOutput bytes. Used by one thread.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "master/ops/file_info_builder.h"
#include "master/ops/file_info_writer.h"
#include "master/ops/fs_operations.h"

namespace alluxio::master {

class ListOutput {
 public:
  virtual ~ListOutput() = default;
  // The tree lock was taken; Add calls follow until it is given up.
  virtual void BeginSlice() = 0;
  virtual void Add(InodeView inode, std::string_view path) = 0;
  virtual void AddChild(InodeView inode, std::string_view folder) = 0;
  // Takes the entry back that was added last; there is one in the batch.
  virtual void DropLast() = 0;
  virtual size_t size() const = 0;  // of the batch
  // The batch is as large as it may become.
  virtual bool full() const { return false; }
  // No lock is held; the batch is not empty.
  virtual Status Flush() = 0;
};

class InfoOutput final : public ListOutput {
 public:
  InfoOutput(const FsParts& parts, MountInfo mount_info, const ListSink& sink)
      : builder_(parts, mount_info), sink_(sink) {}
  void BeginSlice() override {}
  void Add(InodeView inode, std::string_view path) override {
    batch_.push_back(builder_.Build(inode, path));
  }
  void AddChild(InodeView inode, std::string_view folder) override;
  void DropLast() override { batch_.pop_back(); }
  size_t size() const override { return batch_.size(); }
  Status Flush() override { return sink_(std::exchange(batch_, {})); }

 private:
  const FileInfoBuilder builder_;
  const ListSink& sink_;
  std::vector<FileInfo> batch_;
};

class WrittenOutput final : public ListOutput {
 public:
  WrittenOutput(const FsParts& parts, MountInfo mount_info, wire::ProtoWriter* message,
                const WrittenSink& sink)
      : parts_(parts), mount_info_(mount_info), message_(*message), sink_(sink) {}
  void BeginSlice() override;
  void Add(InodeView inode, std::string_view path) override;
  void AddChild(InodeView inode, std::string_view folder) override;
  void DropLast() override;
  size_t size() const override { return entries_; }
  bool full() const override { return message_.size() - begin_ >= kMostBytes; }
  Status Flush() override;

 private:
  // Names may be long; nobody waits long for the tree lock, or has to take in too large a message.
  static constexpr size_t kMostBytes = 1 << 20;

  const FsParts& parts_;
  const MountInfo mount_info_;
  wire::ProtoWriter& message_;
  const WrittenSink& sink_;
  std::optional<FileInfoWriter> writer_;  // of the slice
  size_t begin_ = 0;                      // of the batch in the message
  size_t last_begin_ = 0;                 // of the last entry
  size_t entries_ = 0;
};

}  // namespace alluxio::master
