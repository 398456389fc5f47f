#include "cli/tool/read_journal.h"

#include <charconv>
#include <filesystem>

#include "cli/command.h"
#include "cli/help_text.h"
#include "env/clock.h"
#include "journal/ufs/format_journal.h"
#include "journal/ufs/journal_dump.h"

namespace alluxio::cli {
namespace {

Command Describe() {
  Command command;
  command.name = "readJournal";
  command.usage = "readJournal [-help] [-master <arg>] [-start <arg>] [-end <arg>] "
                  "[-inputDir <arg>] [-outputDir <arg>]";
  command.description = "Reads an Alluxio journal folder and writes it as text.";
  command.options = {
      {.short_name = "help", .long_name = "", .description = "Show help for this command."},
      {.short_name = "master", .long_name = "", .description =
           "The name of the master (default \"FileSystemMaster\").", .has_value = true},
      {.short_name = "start", .long_name = "", .description =
           "The start log sequence number, inclusive (default 0).", .has_value = true},
      {.short_name = "end", .long_name = "", .description =
           "The end log sequence number, exclusive (default: no limit).", .has_value = true},
      {.short_name = "inputDir", .long_name = "", .description =
           "The journal folder (default: alluxio.master.journal.folder).", .has_value = true},
      {.short_name = "outputDir", .long_name = "", .description =
           "The output folder (default ./journal_dump-<milliseconds>).", .has_value = true}};
  return command;
}

// Decimal, or hexadecimal after 0x.
Result<int64_t> ParseNumber(std::string_view name, std::string_view text) {
  std::string_view digits = text;
  int radix = 10;
  if (digits.substr(0, 2) == "0x") {
    radix = 16;
    digits.remove_prefix(2);
  }
  int64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, radix);
  if (error != std::errc() || end != digits.data() + digits.size() || number < 0) {
    return InvalidArgument("-" + std::string(name) + " " + std::string(text) +
                           ": not a sequence number");
  }
  return number;
}

std::string ValueOr(const ParsedArgs& args, std::string_view name, std::string fallback) {
  return args.Has(name) ? args.Value(name) : std::move(fallback);
}

Status Dump(const ParsedArgs& args, const conf::Configuration& conf, ufs::UfsFactory& factory,
            Printer& printer) {
  journal::JournalDumpOptions options;
  options.component = ValueOr(args, "master", options.component);
  RETURN_IF_ERROR(ufs::CheckKey(options.component));
  if (args.Has("start")) {
    ASSIGN_OR_RETURN(options.start, ParseNumber("start", args.Value("start")));
  }
  if (args.Has("end")) {
    ASSIGN_OR_RETURN(options.end, ParseNumber("end", args.Value("end")));
  }
  std::string input = ValueOr(args, "inputDir", conf.GetString("alluxio.master.journal.folder"));
  std::string output = ValueOr(args, "outputDir",
                               "journal_dump-" + std::to_string(Clock::Real().NowMs()));
  std::error_code error;
  output = std::filesystem::absolute(output, error).lexically_normal().string();
  if (error) return InvalidArgument(output + ": " + error.message());
  ufs::UfsOpenOptions reading = journal::JournalStoreOptions(conf);
  reading.read_only = true;
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> in, factory.Open(input, reading));
  ASSIGN_OR_RETURN(std::shared_ptr<ufs::Ufs> out, factory.Open(output, {}));
  printer.Line("Dumping journal of type UFS to {}", output);
  return journal::DumpJournal(*in, options, *out);
}

}  // namespace

int RunReadJournal(const std::vector<std::string>& words, const conf::Configuration& conf,
                   ufs::UfsFactory& factory, Printer& printer) {
  Command command = Describe();
  Result<ParsedArgs> args = ParseOptions(command.options, words);
  if (!args.ok() || args->Has("help") || args->count() > 0) {
    if (!args.ok()) printer.ErrorLine("{}", args.status().message());
    printer.Line("{}", HelpText(command));
    return args.ok() && args->Has("help") ? kExitOk : kExitFailure;
  }
  Status dumped = Dump(*args, conf, factory, printer);
  if (dumped.ok()) return kExitOk;
  printer.ErrorLine("Journal dump failed: {}", dumped.message());
  return kExitFailure;
}

}  // namespace alluxio::cli
