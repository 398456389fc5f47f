#include "cli/tool/run_ufs_tests.h"

#include <fmt/format.h>

#include <memory>

#include "cli/option_parser.h"
#include "cli/tool/ufs_trials.h"
#include "env/rng.h"

namespace alluxio::cli {
namespace {

// Runs one trial in a folder of its own, which goes afterwards whatever the verdict.
Status Try(const UfsTrial& trial, ufs::Ufs& ufs, const std::string& above) {
  std::string folder = ufs::JoinKey(above, trial.name);
  RETURN_IF_ERROR(ufs.MakeDirectory(folder, {.mode = Mode{0755}}));
  Status verdict = trial.run(ufs, folder);
  Status deleted = ufs.DeleteDirectory(folder, true);
  if (verdict.ok() && !deleted.ok()) return deleted.WithContext("cleaning up");
  return verdict;
}

std::string NamesOfTrials() {
  std::string names;
  for (const UfsTrial& trial : UfsTrials()) {
    names += (names.empty() ? "" : ", ") + std::string(trial.name);
  }
  return names;
}

int RunTrials(ufs::Ufs& ufs, const std::string& only, Printer& printer) {
  std::string folder = "alluxio-ufs-tests-" + Rng::Real().Uuid();
  Status made = ufs.MakeDirectory(folder, {.mode = Mode{0755}});
  if (!made.ok()) {
    printer.ErrorLine("Cannot use {}: {}", ufs.root(), made.message());
    return 1;
  }
  int passed = 0, failed = 0;
  for (const UfsTrial& trial : UfsTrials()) {
    if (!only.empty() && only != trial.name) continue;
    printer.Line("Running test: {}...", trial.name);
    Status verdict = Try(trial, ufs, folder);
    if (verdict.ok()) {
      printer.Line("Test {} passed.", trial.name);
      ++passed;
    } else {
      printer.Line("Test {} failed: {}", trial.name, verdict.message());
      ++failed;
    }
    printer.out().flush();
  }
  Status deleted = ufs.DeleteDirectory(folder, true);
  if (!deleted.ok()) {
    printer.ErrorLine("{} is left behind: {}", folder, deleted.message());
    ++failed;
  }
  printer.Line("Tests completed with {} passed, {} failed.", passed, failed);
  return failed > 0 ? 1 : 0;
}

}  // namespace

int RunUfsTests(const std::vector<std::string>& words, const std::string& fallback_path,
                ufs::UfsFactory& factory, Printer& printer) {
  std::vector<Option> options = {
      {"", "help", "show this list", false},
      {"", "path", "the under store address to test; the root mount's when it is left out", true},
      {"", "test", "the one operation to test", true}};
  Result<ParsedArgs> args = ParseOptions(options, words);
  std::string only = args.ok() ? args->Value("test") : "";
  if (args.ok() && args->Has("help")) {
    printer.Line("runUfsTests --path <uri> [--test <name>]\nNames: {}", NamesOfTrials());
    return 0;
  }
  if (args.ok() && !only.empty() && NamesOfTrials().find(only) == std::string::npos) {
    args = InvalidArgument(fmt::format("no test is called {}; there are {}", only,
                                       NamesOfTrials()));
  }
  if (!args.ok()) {
    printer.ErrorLine("{}", args.status().message());
    return -1;
  }
  std::string path = args->Value("path", fallback_path);
  Result<std::shared_ptr<ufs::Ufs>> ufs = factory.Open(path, {.impatient = true});
  if (!ufs.ok()) {
    printer.ErrorLine("{}", ufs.status().message());
    return -1;
  }
  printer.Line("Testing {} ({})", (*ufs)->root(), (*ufs)->type());
  return RunTrials(**ufs, only, printer);
}

}  // namespace alluxio::cli
