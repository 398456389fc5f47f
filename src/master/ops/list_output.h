// ListOutput: where a listing puts its entries: a batch under the tree lock, passed on without it.
//
// InfoOutput makes values of them, WrittenOutput bytes. Used by one thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "master/ops/file_info_builder.h"
#include "master/ops/file_info_writer.h"
#include "master/ops/fs_operations.h"
#include "master/ops/slice_keeper.h"

namespace alluxio::master {

class ListOutput {
 public:
  virtual ~ListOutput() = default;
  // The tree lock was taken; Add calls follow until it is given up.
  virtual void BeginSlice() = 0;
  virtual void Add(InodeView inode, std::string_view path) = 0;
  virtual void AddChild(InodeView inode, std::string_view folder) = 0;
  // Adds the next slice of a folder's children as it was the last time, and says in `after` where
  // to go on from ("": that was all); false when it is not there, or no more as it was.
  virtual bool AddKept(InodeView, std::string_view, std::string*) { return false; }
  // In place of BeginSlice: some of these children follow, the first ones.
  virtual void BeginChildren(std::span<const InodeView>) { BeginSlice(); }
  // That many were added, and `after` is where to go on from.
  virtual void EndChildren(size_t, const std::string&) {}
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
      : parts_(parts),
        mount_info_(mount_info),
        message_(*message),
        sink_(sink),
        keeper_(parts, mount_info) {}
  void BeginSlice() override;
  bool AddKept(InodeView folder, std::string_view path, std::string* after) override;
  void BeginChildren(std::span<const InodeView> children) override;
  void EndChildren(size_t added, const std::string& after) override;
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
  SliceKeeper keeper_;
  size_t begin_ = 0;                      // of the batch in the message
  size_t slice_begin_ = 0;
  size_t last_begin_ = 0;                 // of the last entry
  size_t entries_ = 0;
};

}  // namespace alluxio::master
