// ColdRows: the rows of a bounded tree as they were at one moment, for who writes the tree out.
// ColdImage: hands them to a child that is forked at that moment. Room-internal.
//
// A checkpoint and a backup are written by a forked child, which sees the memory of the tree but
// must not touch RocksDB: its threads and its locks stayed behind. So the parent reads the rows and
// sends them through a pipe, while the tree goes on.
#pragma once

#include <memory>
#include <string>

#include "env/byte_pipe.h"
#include "env/executor.h"
#include "master/tree/cold_inodes.h"

namespace alluxio::master {

struct ColdRow {
  InodeId parent = kNoInode;
  std::string name;
  std::string row;
};

// Every row there is, also of inodes that are in memory and newer there. Directories come first, in
// no order. Thread-compatible.
class ColdRows {
 public:
  virtual ~ColdRows() = default;
  // False at the end of the directories and again at the end of the files.
  virtual Result<bool> Next(ColdRow* row) = 0;

  static std::unique_ptr<ColdRows> Of(const ColdInodes& cold);
};

class ColdImage {
 public:
  // The tree lock is held exclusively until the child is forked.
  static Result<std::unique_ptr<ColdImage>> Freeze(const ColdInodes& cold);
  ~ColdImage();
  ColdImage(const ColdImage&) = delete;
  ColdImage& operator=(const ColdImage&) = delete;

  // In the parent, after the fork: begins to send on a thread of its own, until it is destroyed.
  Status Start();
  // In the child.
  std::unique_ptr<ColdRows> Receive();

 private:
  ColdImage() = default;
  Status Send();

  std::unique_ptr<BytePipe> pipe_;
  std::unique_ptr<ColdRows> rows_;
  std::unique_ptr<Executor> sender_;
};

}  // namespace alluxio::master
