// ServedMethods: the methods of a server, prepared for quick use, and who may call them. What it
// says is the same on every transport. Constant once built; thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "auth/user.h"
#include "metrics/timer.h"
#include "rpc/channel_registry.h"
#include "rpc/service.h"

namespace alluxio::rpc {

// A method of the table, prepared for quick use.
struct ServedMethod {
  const MethodTable::Method* method = nullptr;
  metrics::Timer* timer = nullptr;    // null = not timed
  const std::string* path = nullptr;  // of the table
};

class ServedMethods {
 public:
  // `registry` outlives this object. Without authentication nobody is asked who they are.
  ServedMethods(const ChannelRegistry& registry, bool authenticate);
  // `table` outlives this object.
  void Add(const MethodTable& table);

  // Null when nobody serves `path`.
  const ServedMethod* Find(std::string_view path) const;
  const std::unordered_map<std::string_view, ServedMethod>& all() const { return methods_; }
  // Why a call of an unknown method is refused.
  Status Unknown(std::string_view path) const;
  // Sets the caller, or says why the call is refused. `channel_id`: the header, if there is one.
  // `known`: of the connection; may be null.
  Status Admit(const ServedMethod& served, std::optional<std::string_view> channel_id,
               KnownChannel* known, std::shared_ptr<const auth::User>* user) const;

 private:
  const ChannelRegistry& registry_;
  const bool authenticate_;
  const std::shared_ptr<const auth::User> nobody_;
  std::unordered_map<std::string_view, ServedMethod> methods_;
  std::unordered_set<std::string_view> services_;  // "/alluxio.grpc.meta.Service/"
};

}  // namespace alluxio::rpc
