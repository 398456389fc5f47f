// ChannelRegistry: which client channels have authenticated to a server, and as whom.
//
// A channel is known from the success of its SASL stream until that stream ends. Its id is chosen
// by the client and works like a password, so it never appears in a log line. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "auth/user.h"
#include "base/mutex.h"
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
};

}  // namespace alluxio::rpc
