// ChannelRegistry: which client channels have authenticated to a server, and as whom.
//
// A channel is known from the success of its SASL stream until that stream ends. Its id is chosen
// by the client and works like a password, so it never appears in a log line. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auth/user.h"
#include "base/shared_mutex.h"
#include "base/status.h"

namespace alluxio::rpc {

class ChannelRegistry {
 public:
  static constexpr size_t kMaxIdBytes = 128;

  // Distinguishes one registration of an id from a later one.
  using Ticket = uint64_t;

  // `end` is called by CloseAll, at most once, and must not call back. An id that is registered
  // already belongs to somebody: the old registration is dropped and the new one refused with
  // UNAUTHENTICATED, so neither can use the other's.
  Status Add(const std::string& id, auth::User user, std::function<void()> end, Ticket* ticket);
  // Does nothing when `ticket` is not the current registration.
  void Remove(const std::string& id, Ticket ticket);
  // Null when nobody authenticated under `id`.
  std::shared_ptr<const auth::User> Find(std::string_view id) const;
  // Rises with every change of what Find() may say, before the change can be seen.
  uint64_t changes() const { return changes_.load(std::memory_order_acquire); }
  size_t size() const;
  // Ends every registration and refuses new ones with UNAVAILABLE.
  void CloseAll();

 private:
  struct Entry {
    std::shared_ptr<const auth::User> user;
    std::function<void()> end;
    Ticket ticket = 0;
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  mutable SharedMutex mutex_{LockRank::kLeaf};
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_ GUARDED_BY(mutex_);
  Ticket next_ticket_ GUARDED_BY(mutex_) = 1;
  bool closed_ GUARDED_BY(mutex_) = false;
  // Release: who reads the new number finds the new entries, and who reads the old one has not
  // been told yet of what changes.
  std::atomic<uint64_t> changes_{0};
};

// The last answer of a registry, for somebody who asks for the same channel again and again.
// Thread-compatible.
class KnownChannel {
 public:
  // As registry.Find(id); always of the same registry.
  const std::shared_ptr<const auth::User>& Find(const ChannelRegistry& registry,
                                                std::string_view id);

 private:
  uint64_t changes_ = 0;
  std::string id_;
  std::shared_ptr<const auth::User> user_;  // null = nothing is known
};

}  // namespace alluxio::rpc
