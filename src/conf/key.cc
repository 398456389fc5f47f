#include "conf/key.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace alluxio::conf {
namespace {

using enum ValueType;
using enum Scope;
using enum Effect;

struct Rename {
  std::string_view from;
  std::string_view to;
};

#define KEY(name, type, default_value, scope, effect) Key{name, type, default_value, scope, effect},
#define SECRET(name, type, default_value, scope, effect) \
  Key{name, type, default_value, scope, effect, true},
#define CHOICE(name, choices, default_value, scope, effect) \
  Key{name, kEnum, default_value, scope, effect, false, choices},
#define ALIAS(from, to) Rename{from, to},
#define REMOVED(name, why) Rename{name, why},

constexpr Key kKeys[] = {
#include "conf/keys/fuse.def"
#include "conf/keys/house.def"
#include "conf/keys/job.def"
#include "conf/keys/master.def"
#include "conf/keys/own.def"
#include "conf/keys/underfs.def"
#include "conf/keys/user.def"
#include "conf/keys/worker.def"
};

constexpr Key kTemplates[] = {
#include "conf/keys/templates.def"
};

constexpr Rename kAliases[] = {
#include "conf/keys/aliases.def"
};

constexpr Rename kRemoved[] = {
#include "conf/keys/removed.def"
};

#undef KEY
#undef SECRET
#undef CHOICE
#undef ALIAS
#undef REMOVED

// Whether `name` fits `pattern`: {N} takes digits, {} takes anything, both at least one character.
bool Fits(std::string_view pattern, std::string_view name) {
  size_t hole = pattern.find('{');
  if (hole == std::string_view::npos) return pattern == name;
  if (name.substr(0, hole) != pattern.substr(0, hole)) return false;
  bool digits = pattern.substr(hole, 3) == "{N}";
  std::string_view rest = pattern.substr(hole + (digits ? 3 : 2));
  name.remove_prefix(hole);
  for (size_t taken = 1; taken <= name.size(); ++taken) {
    if (digits && !std::isdigit(static_cast<unsigned char>(name[taken - 1]))) return false;
    if (Fits(rest, name.substr(taken))) return true;
  }
  return false;
}

// The number of edits (insert, delete, replace) between two names, `limit` + 1 when above it.
size_t EditDistance(std::string_view a, std::string_view b, size_t limit) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) return limit + 1;
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    size_t best = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
      best = std::min(best, row[j]);
    }
    if (best > limit) return limit + 1;
  }
  return row[b.size()];
}

}  // namespace

const std::vector<const Key*>& AllKeys() {
  static const std::vector<const Key*>& sorted = *[] {
    auto* keys = new std::vector<const Key*>();
    for (const Key& key : kKeys) keys->push_back(&key);
    std::sort(keys->begin(), keys->end(),
              [](const Key* a, const Key* b) { return a->name < b->name; });
    return keys;
  }();
  return sorted;
}

const std::vector<const Key*>& TemplateKeys() {
  static const std::vector<const Key*>& all = *[] {
    auto* keys = new std::vector<const Key*>();
    for (const Key& key : kTemplates) keys->push_back(&key);
    return keys;
  }();
  return all;
}

std::string_view CanonicalName(std::string_view name) {
  for (const Rename& alias : kAliases) {
    if (alias.from == name) return alias.to;
  }
  return name;
}

std::string_view RemovedKeyReason(std::string_view name) {
  for (const Rename& removed : kRemoved) {
    if (removed.from == name) return removed.to;
  }
  return {};
}

const Key* FindKey(std::string_view name) {
  name = CanonicalName(name);
  const std::vector<const Key*>& keys = AllKeys();
  auto before = [](const Key* key, std::string_view wanted) { return key->name < wanted; };
  auto at = std::lower_bound(keys.begin(), keys.end(), name, before);
  if (at != keys.end() && (*at)->name == name) return *at;
  for (const Key& pattern : kTemplates) {
    if (Fits(pattern.name, name)) return &pattern;
  }
  return nullptr;
}

std::string NearestKeyName(std::string_view name) {
  // A quarter of the name may be wrong; beyond that a guess is more confusing than none.
  size_t best = std::min<size_t>(name.size() / 4, 8) + 1;
  std::string_view nearest;
  for (const Key* key : AllKeys()) {
    size_t distance = EditDistance(name, key->name, best - 1);
    if (distance < best) {
      best = distance;
      nearest = key->name;
    }
    if (best == 0) break;
  }
  return std::string(nearest);
}

std::string_view ScopeName(Scope scope) {
  switch (scope) {
    case kNone: return "NONE";
    case kMaster: return "MASTER";
    case kWorker: return "WORKER";
    case kServer: return "SERVER";
    case kClient: return "CLIENT";
    case kAll: return "ALL";
  }
  return "NONE";
}

std::string_view ExpectedForm(ValueType type) {
  switch (type) {
    case kString: return "text";
    case kBool: return "true or false";
    case kInt: return "a whole number of 32 bits";
    case kLong: return "a whole number of 64 bits";
    case kDouble: return "a number";
    case kBytes: return "a size in bytes such as 1024, 64MB or 1.5GB";
    case kDuration: return "a duration such as 100ms, 10s, 5min, 1h, 2day, or milliseconds";
    case kEnum: return "one of the allowed words";
    case kList: return "a list separated by commas";
    case kClass: return "the name of a class";
  }
  return "text";
}

}  // namespace alluxio::conf
