// ComponentLog: the writing end of one component's journal. Owned by the flusher thread.
//
//   no log ──Write──▶ open log ──bytes ≥ limit──▶ rotation due ──Write or Complete──▶ no log
//                        │ any error
//                        ▼
//                     broken ──Repair──▶ no log
//
// After an error nothing is written to the same file again, because the kernel may have dropped
// what a failed sync did not store while still showing it to readers. Repair() settles the file, so
// that what was synced before can be read, and gives it the completed name of that, so that readers
// stop there.
//
// The first flush of a log counts only when nobody else has written from its first number on: one
// who takes this place over begins with a completed log there. The lease says so before anybody
// could; this keeps off a master whose clock went wrong, as far as a store alone can.
//
// An open log is made longer than its entries by zeros, kRoomStep at a time, in the course of a
// flush: the next flushes then sync without a new length. Never before its first flush is durable,
// because a Java master takes zeros where entry 0 is due for an entry.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "ufs/ufs.h"

namespace alluxio::journal {

class ComponentLog {
 public:
  // The next entry written will be `next`. `ufs` outlives this.
  // `followed`: other masters read it while it grows.
  ComponentLog(ufs::Ufs& ufs, std::string_view component_name, int64_t next, int64_t rotate_bytes,
               bool followed)
      : ufs_(ufs),
        name_(component_name),
        next_(next),
        rotate_bytes_(rotate_bytes),
        followed_(followed) {}

  // Writes frames of entries next() .. end - 1 and syncs them. After an error the entries may or
  // may not survive; call Repair() until it is OK, then Write() the same entries again.
  // FAILED_PRECONDITION with taken() when another master has written them; that is for good.
  Status Write(std::string_view frames, int64_t end);
  Status Repair();
  // Gives the open log, if there is one, its completed name.
  Status Complete();
  // Takes the zeros behind the entries away, others need the space; this log gets no more.
  void GiveBackRoom();
  // The next Write() begins a new log.
  void RequestRotation() { rotation_due_ = true; }
  // The same at once. After an error the next Write() tries again.
  Status Rotate();
  // Of the open log, as of UfsLog; zero without one.
  Duration OpenLimit() const {
    return file_ != nullptr && !broken_ ? file_->OpenLimit() : Duration::zero();
  }
  int64_t start() const { return start_; }  // of the open log

  int64_t next() const { return next_; }  // everything below is durable
  const std::string& name() const { return name_; }
  bool taken() const { return taken_; }

 private:
  static constexpr int64_t kRoomStep = 1 << 20;

  Status WriteToOpenLog(std::string_view frames);
  Status CheckAlone();
  // Sees to room behind the first `written` bytes of the open log.
  void MakeRoom(int64_t written);

  ufs::Ufs& ufs_;
  const std::string name_;
  int64_t next_;
  const int64_t rotate_bytes_;
  const bool followed_;
  std::unique_ptr<ufs::UfsLog> file_;
  bool exists_ = false;  // an open log of ours may be in the folder, with or without file_
  bool broken_ = false;
  bool taken_ = false;
  bool rotation_due_ = false;
  int64_t start_ = 0;  // of the open log
  int64_t bytes_ = 0;  // written to it
  int64_t room_end_ = 0;   // it has zeros up to here
  bool make_room_ = true;  // false after a refusal, until the next log
};

}  // namespace alluxio::journal
