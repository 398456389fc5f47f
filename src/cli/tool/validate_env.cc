#include "cli/tool/validate_env.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cli/tool/tool_table.h"

namespace alluxio::cli {
namespace {

constexpr int kWrongTarget = -2;

bool In(CheckGroup group, std::string_view target) {
  if (target == "local") return group != CheckGroup::kCluster;
  if (target == "cluster") return group == CheckGroup::kCluster;
  return group == CheckGroup::kCommon ||
         group == (target == "master" ? CheckGroup::kMaster : CheckGroup::kWorker);
}

struct Shown {
  const char* word;
  const char* colour;
};
constexpr std::array<Shown, 4> kShown = {{{"OK", "\x1b[32m"},
                                          {"WARNING", "\x1b[33m"},
                                          {"FAILED", "\x1b[31m"},
                                          {"SKIPPED", "\x1b[35m"}}};

void Indented(std::string_view text, Printer& printer) {
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    printer.Line("    {}", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Show(const CheckOutcome& outcome, Printer& printer) {
  const Shown& shown = kShown[static_cast<size_t>(outcome.state)];
  printer.Line("{}{}{}", printer.terminal() ? shown.colour : "", shown.word,
               printer.terminal() ? "\x1b[0m" : "");
  Indented(outcome.said, printer);
  if (!outcome.advice.empty()) Indented("What to do: " + outcome.advice, printer);
}

int List(const std::vector<EnvCheck>& checks, Printer& printer) {
  for (const char* target : {"master", "worker", "cluster"}) {
    printer.Line("The following tasks are available to run on {}:", target);
    for (const EnvCheck& check : checks) {
      if (In(check.group, target)) printer.Line("{}: {}", check.name, check.description);
    }
    printer.Line("");
  }
  return 0;
}

int Help(const char* problem, Printer& printer) {
  printer.ErrorLine("{}", problem);
  printer.Print("{}", ToolHelp("validateEnv"));
  return kWrongTarget;
}

}  // namespace

int RunValidateEnv(const std::vector<std::string>& words, const std::vector<EnvCheck>& checks,
                   const CheckParts& parts, Printer& printer) {
  if (words.empty()) return Help("Target not specified.", printer);
  const std::string& target = words[0];
  if (target == "list") return List(checks, printer);
  if (target != "local" && target != "master" && target != "worker" && target != "cluster") {
    return Help("Invalid target.", printer);
  }
  std::optional<std::string> name;
  if (words.size() > 1) name = words[1];
  std::array<int, 4> counts{};
  printer.Line("Validating {} environment...", target);
  for (const EnvCheck& check : checks) {
    if (!In(check.group, target)) continue;
    if (name && !std::string_view(check.name).starts_with(*name)) continue;
    printer.Line("Validating {}...", check.name);
    printer.out().flush();
    CheckOutcome outcome = check.run(parts);
    Show(outcome, printer);
    ++counts[static_cast<size_t>(outcome.state)];
  }
  if (counts == std::array<int, 4>{}) {
    printer.ErrorLine("No validation task matched name \"{}\".", name.value_or(""));
    return -1;
  }
  std::string sum;
  for (auto [state, word] : {std::pair(CheckState::kFailed, "failures"),
                             std::pair(CheckState::kWarning, "warnings"),
                             std::pair(CheckState::kSkipped, "skipped")}) {
    int count = counts[static_cast<size_t>(state)];
    if (count > 0) sum += fmt::format("{} {} ", count, word);
  }
  printer.ErrorLine("{}", sum);
  if (counts[static_cast<size_t>(CheckState::kFailed)] > 0) return -1;
  printer.Line("Validation succeeded.");
  return 0;
}

}  // namespace alluxio::cli
