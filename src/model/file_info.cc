#include "model/file_info.h"

namespace alluxio {
namespace {
constexpr std::string_view kTexts[] = {"NOT_PERSISTED", "TO_BE_PERSISTED", "PERSISTED", "LOST"};
}  // namespace

std::string_view PersistenceStateName(PersistenceState state) {
  return kTexts[static_cast<size_t>(state)];
}

std::string PersistenceStateText(PersistenceState state) {
  return std::string(PersistenceStateName(state));
}

std::optional<PersistenceState> ParsePersistenceState(const std::string& text) {
  for (size_t i = 0; i < std::size(kTexts); ++i) {
    if (text == kTexts[i]) return static_cast<PersistenceState>(i);
  }
  return std::nullopt;
}

}  // namespace alluxio
