#include "cli/tool/get_conf.h"

#include <fmt/format.h>

#include <map>

#include "cli/option_parser.h"
#include "conf/key.h"
#include "conf/value_format.h"
#include "stub/meta_master_client.h"

namespace alluxio::cli {
namespace {

struct Shown {
  std::string value;
  std::string source;
};
using Values = std::map<std::string, Shown>;

constexpr std::string_view kUsage =
    "USAGE: GetConf [--unit <arg>] [--source] [--master] [key]\n\n"
    "GetConf prints the configured value for the given key. If the key is invalid, the exit code "
    "will be nonzero. If the key is valid but isn't set, an empty string is printed. If no key is "
    "specified, all configuration is printed.";

int Usage(const std::string& problem, Printer& printer) {
  printer.ErrorLine("{}", problem);
  printer.Line("{}", kUsage);
  return 1;
}

Result<Values> FromMaster(const conf::Configuration& conf) {
  ASSIGN_OR_RETURN(stub::ConnectionOptions options, stub::ConnectionOptions::FromConf(conf));
  ASSIGN_OR_RETURN(std::shared_ptr<stub::PrimaryLocator> locator,
                   stub::PrimaryLocator::FromConf(conf));
  stub::MetaMasterClient master(std::make_shared<stub::MasterConnection>(locator, options));
  stub::ConfigReadOptions what;
  what.skip_paths = true;
  ASSIGN_OR_RETURN(stub::ClusterConfiguration cluster, master.GetConfiguration(what));
  Values values;
  for (const stub::ConfigEntry& entry : cluster.cluster) {
    values[entry.name] = {entry.value, entry.source};
  }
  return values;
}

Values FromHere(const conf::Configuration& conf) {
  Values values;
  for (const conf::Entry& entry : conf.Entries()) {
    values[entry.name] = {entry.value, entry.source.ToString()};
  }
  return values;
}

int64_t ByteUnit(const std::string& unit) {
  static const std::map<std::string, int> kPowers = {{"B", 0},  {"KB", 1}, {"MB", 2},
                                                     {"GB", 3}, {"TB", 4}, {"PB", 5}};
  auto found = kPowers.find(unit);
  return found == kPowers.end() ? 0 : int64_t{1} << (10 * found->second);
}

int64_t MillisUnit(const std::string& unit) {
  static const std::map<std::string, int64_t> kMillis = {
      {"MS", 1}, {"S", 1000}, {"M", 60'000}, {"H", 3'600'000}, {"D", 86'400'000}};
  auto found = kMillis.find(unit);
  return found == kMillis.end() ? 0 : found->second;
}

int ShowInUnit(const std::string& value, std::string unit, Printer& printer) {
  for (char& c : unit) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  Result<int64_t> number = InvalidArgument(unit + " is not a valid unit");
  int64_t size = ByteUnit(unit);
  if (size > 0) {
    number = conf::ParseBytes(value);
  } else if ((size = MillisUnit(unit)) > 0) {
    Result<Duration> duration = conf::ParseDuration(value);
    number = duration.ok() ? Result<int64_t>(ToMillis(*duration)) : duration.status();
  }
  if (!number.ok()) return Usage(number.status().message(), printer);
  printer.Line("{}", *number / size);
  return 0;
}

int ShowOne(const std::string& name, const ParsedArgs& args, const Values& values,
            Printer& printer) {
  std::string canonical(conf::CanonicalName(name));
  if (conf::FindKey(name) == nullptr) {
    return Usage(name + " is not a valid configuration key", printer);
  }
  auto found = values.find(canonical);
  bool set = found != values.end();
  if (args.Has("source")) {
    printer.Line("{}", set ? found->second.source : "DEFAULT");
    return 0;
  }
  if (args.Has("unit") && set) return ShowInUnit(found->second.value, args.Value("unit"), printer);
  printer.Line("{}", set ? found->second.value : "");
  return 0;
}

}  // namespace

int RunGetConf(const std::vector<std::string>& words, const conf::Configuration& conf,
               Printer& printer) {
  std::vector<Option> options = {
      {"", "master", "the configuration properties used by the master."},
      {"", "source", "source of the configuration property will be printed."},
      {"", "unit", "unit of the value to return", true}};
  Result<ParsedArgs> args = ParseOptions(options, words);
  if (!args.ok()) {
    return Usage("Unable to parse input args: " + args.status().message(), printer);
  }
  if (args->count() > 1) {
    return Usage(fmt::format("More arguments than expected. Args: {}", args->arg(1)), printer);
  }
  Result<Values> values = args->Has("master") ? FromMaster(conf) : Result<Values>(FromHere(conf));
  if (!values.ok()) {
    printer.Line("Unable to get master-side configuration: {}", values.status().message());
    return -1;
  }
  if (args->count() == 1) return ShowOne(args->arg(0), *args, *values, printer);
  for (const auto& [name, shown] : *values) {
    std::string source = args->Has("source") ? fmt::format(" ({})", shown.source) : "";
    printer.Line("{}={}{}", name, shown.value, source);
  }
  return 0;
}

}  // namespace alluxio::cli
