// Key: what is known about a property name before anybody sets it.
//
// The table is data: conf/keys/<owner>.def, one row a key. Everything here is immutable and lives
// as long as the process, so pointers to rows never dangle. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace alluxio::conf {

enum class ValueType {
  kString,
  kBool,      // true, false
  kInt,       // 32 bit
  kLong,      // 64 bit
  kDouble,
  kBytes,     // 64MB, 1.5GB, 1024
  kDuration,  // 10s, 5min, 100ms; a plain number is milliseconds; -1
  kEnum,      // one of Key::choices
  kList,      // comma separated
  kClass,     // the name of a Java class
};

// Which processes read a key in Alluxio 2.9. kServer is master and worker.
enum class Scope { kNone, kMaster, kWorker, kServer, kClient, kAll };

// Whether setting the key changes anything in this product.
enum class Effect { Works, Inert };

struct Key {
  std::string_view name;  // for a template: with {} in each place that varies
  ValueType type = ValueType::kString;
  // May be empty (no default), hold ${...}, or "computed:<what>", see conf/computed_default.h.
  std::string_view default_value;
  Scope scope = Scope::kAll;
  Effect effect = Effect::Inert;
  bool secret = false;            // masked wherever values are shown
  std::string_view choices = {};  // for kEnum: the allowed words, separated by '|'; empty: any
};

// The row of `name`: an exact name, an alias of one, or a template it fits. Null when unknown.
const Key* FindKey(std::string_view name);

// The current name of an old one ("alluxio.master.address" -> "alluxio.master.hostname");
// `name` itself when it is not an alias.
std::string_view CanonicalName(std::string_view name);

// Why a name that older releases knew is gone; empty when it was never removed.
std::string_view RemovedKeyReason(std::string_view name);

// Every row with an exact name, sorted by name.
const std::vector<const Key*>& AllKeys();
// Every row with {} in its name.
const std::vector<const Key*>& TemplateKeys();

// The known name nearest to `name` by edits; empty when none is near enough to be meant.
std::string NearestKeyName(std::string_view name);

// Whether a client would take a value of this scope from the master.
inline bool ReachesClients(Scope scope) { return scope == Scope::kClient || scope == Scope::kAll; }
// The same for a worker.
inline bool ReachesWorkers(Scope scope) {
  return scope == Scope::kWorker || scope == Scope::kServer || scope == Scope::kAll;
}

// "MASTER", "bytes (64MB, 1.5GB, 1024)": for messages.
std::string_view ScopeName(Scope scope);
std::string_view ExpectedForm(ValueType type);

}  // namespace alluxio::conf
