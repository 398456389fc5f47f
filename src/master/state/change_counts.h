// ChangeCounts: whether what was read of one of many things still holds, for an addition a change.
//
//   ChangeCounts::Stamp before = counts.Of(folder);
//   ... read the folder, keep what was read ...
//   if (counts.Of(folder) == before) ...   // nothing of it has changed since
//
// Things whose numbers agree in the lowest bits share a counter: "changed" may be another's change,
// "unchanged" is certain. Numbers that follow each other lie side by side. Eight bytes a counter,
// of which the system gives only the pages that were counted in. Thread-compatible.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "base/check.h"

namespace alluxio::master {

class ChangeCounts {
 public:
  struct Stamp {
    uint64_t all = 0;
    uint64_t own = 0;
    bool operator==(const Stamp&) const = default;
  };

  // A power of two.
  explicit ChangeCounts(size_t counters)
      : mask_(counters - 1),
        counts_(static_cast<uint64_t*>(std::calloc(counters, sizeof(uint64_t)))) {
    CHECK(counters != 0 && (counters & mask_) == 0) << counters << " counters";
    CHECK(counts_ != nullptr) << "no memory for " << counters << " counters";
  }

  void Note(int64_t number) { ++counts_.get()[At(number)]; }
  // Everything may have changed.
  void NoteAll() { ++all_; }

  Stamp Of(int64_t number) const { return {all_, counts_.get()[At(number)]}; }
  // Of all of them: counts only rise, so that their sum does when one of them does.
  Stamp Of(std::span<const int64_t> numbers) const {
    Stamp stamp{all_, 0};
    for (int64_t number : numbers) stamp.own += counts_.get()[At(number)];
    return stamp;
  }

 private:
  struct Free {
    void operator()(uint64_t* memory) const { std::free(memory); }
  };

  size_t At(int64_t number) const { return static_cast<size_t>(number) & mask_; }

  const size_t mask_;
  const std::unique_ptr<uint64_t, Free> counts_;
  uint64_t all_ = 0;
};

}  // namespace alluxio::master
