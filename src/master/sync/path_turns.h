// PathTurns: one at a time for each path, and who came while another was at work may share the
// turn after that instead of taking one each.
//
//   PathTurns::Turn turn = turns.Take(path, arrived, timeout)     // waits
//   if (turn.served()) ...        // a whole turn began and ended well since `arrived`
//   turn.Succeeded();             // what this turn did holds for all who came before it began
//
// Thread-safe (leaf lock); Take waits, so never with a lock held.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/duration.h"
#include "base/mutex.h"
#include "base/result.h"

namespace alluxio::master {

class PathTurns {
 public:
  class Turn {
   public:
    Turn(Turn&& other) noexcept;
    Turn& operator=(Turn&&) = delete;
    ~Turn();
    bool served() const { return served_; }
    void Succeeded() { succeeded_ = true; }

   private:
    friend class PathTurns;
    Turn(PathTurns* turns, std::string path, uint64_t began, bool served)
        : turns_(turns), path_(std::move(path)), began_(began), served_(served) {}
    PathTurns* turns_;
    std::string path_;
    uint64_t began_;
    bool served_;
    bool succeeded_ = false;
  };

  PathTurns() = default;
  PathTurns(const PathTurns&) = delete;
  PathTurns& operator=(const PathTurns&) = delete;

  // A point in time, for Take: what began later than this serves.
  uint64_t Now();
  // DEADLINE_EXCEEDED when somebody else is at work for that long.
  Result<Turn> Take(const std::string& path, uint64_t arrived, Duration timeout);

 private:
  struct State {
    bool busy = false;
    size_t waiting = 0;
    uint64_t served_since = 0;  // when the last successful turn began; 0 = none
  };
  void Return(const Turn& turn);

  Mutex mutex_;
  CondVar returned_;
  uint64_t now_ GUARDED_BY(mutex_) = 0;
  std::map<std::string, State> paths_ GUARDED_BY(mutex_);  // with somebody there, and some more
};

}  // namespace alluxio::master
