#include "conf/key_help.h"

#include <algorithm>
#include <vector>

namespace alluxio::conf {
namespace {

struct Text {
  std::string_view name;
  std::string_view text;
};

#define HELP(name, text) Text{name, text},
#define INERT(prefix, why) Text{prefix, why},

constexpr Text kHelp[] = {
#include "conf/keys/help.def"
#include "conf/keys/help_master.def"
#include "conf/keys/help_underfs.def"
#include "conf/keys/help_user.def"
#include "conf/keys/help_worker.def"
};

constexpr Text kInert[] = {
#include "conf/keys/inert.def"
};

#undef HELP
#undef INERT

const std::vector<Text>& SortedHelp() {
  static const std::vector<Text>& sorted = *[] {
    auto* all = new std::vector<Text>(std::begin(kHelp), std::end(kHelp));
    std::sort(all->begin(), all->end(),
              [](const Text& a, const Text& b) { return a.name < b.name; });
    return all;
  }();
  return sorted;
}

std::string_view WhyInert(std::string_view name) {
  const Text* longest = nullptr;
  for (const Text& row : kInert) {
    if (!name.starts_with(row.name)) continue;
    if (longest == nullptr || row.name.size() > longest->name.size()) longest = &row;
  }
  return longest == nullptr ? std::string_view() : longest->text;
}

}  // namespace

std::string HelpOf(const Key& key) {
  if (key.effect == Effect::Inert) return "No effect here: " + std::string(WhyInert(key.name));
  const std::vector<Text>& all = SortedHelp();
  auto before = [](const Text& row, std::string_view name) { return row.name < name; };
  auto at = std::lower_bound(all.begin(), all.end(), key.name, before);
  return at != all.end() && at->name == key.name ? std::string(at->text) : std::string();
}

}  // namespace alluxio::conf
