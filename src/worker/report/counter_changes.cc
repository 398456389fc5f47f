#include "worker/report/counter_changes.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace alluxio::worker {
namespace {

constexpr std::string_view kPrefix = "Worker.";
constexpr std::string_view kTag = ".UFS:";
// Of the names that 2.9 calls aggregated over the cluster, those that a worker counts here.
constexpr std::array<std::string_view, 7> kNames = {
    "ActiveRpcReadCount", "ActiveRpcWriteCount", "BytesReadCache",    "BytesReadPerUfs",
    "BytesReadRemote",    "BytesWrittenPerUfs",  "BytesWrittenRemote"};

}  // namespace

void CounterChanges::ForgetWhatWasCleared() {
  int64_t clears = registry_.clears();
  if (clears == clears_) return;
  clears_ = clears;
  std::erase_if(told_, [](const auto& one) { return !metrics::Registry::IsLevel(one.first); });
}

std::vector<stub::CounterChange> CounterChanges::Take() {
  std::vector<stub::CounterChange> changes;
  ForgetWhatWasCleared();
  taken_ = told_;
  for (const metrics::Sample& sample : registry_.Snapshot()) {
    std::string_view name = sample.name;
    if (sample.type != metrics::MetricType::kCounter || !name.starts_with(kPrefix)) continue;
    name.remove_prefix(kPrefix.size());
    size_t tag = name.find(kTag);
    std::string_view plain = name.substr(0, tag);
    if (std::find(kNames.begin(), kNames.end(), plain) == kNames.end()) continue;
    auto value = static_cast<int64_t>(sample.value);
    int64_t& told = taken_[sample.name];
    if (value == told) continue;
    // Cleared since this began: the next report counts from 0.
    if (value < told && !metrics::Registry::IsLevel(sample.name)) continue;
    std::string_view ufs = tag == std::string_view::npos ? "" : name.substr(tag + kTag.size());
    changes.push_back({std::string(plain), value - told, std::string(ufs)});
    told = value;
  }
  return changes;
}

void CounterChanges::Confirm() { told_ = taken_; }

}  // namespace alluxio::worker
