#include "cli/tool/log_choice.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace alluxio::cli {
namespace {

// As 2.9 has them.
constexpr std::string_view kRegular[] = {
    "master.log", "master.out", "job_master.log", "job_master.out", "master_audit.log",
    "worker.log", "worker.out", "job_worker.log", "job_worker.out", "proxy.log",
    "proxy.out",  "task.log",   "task.out",       "user"};

std::vector<std::string> Names(const std::string& list) {
  std::vector<std::string> names;
  for (size_t begin = 0; begin < list.size();) {
    size_t end = std::min(list.find(',', begin), list.size());
    std::string name = list.substr(begin, end - begin);
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    if (!name.empty()) names.push_back(std::move(name));
    begin = end + 1;
  }
  return names;
}

bool BeginsWithOne(std::string_view name, const std::vector<std::string>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& beginning) { return name.starts_with(beginning); });
}

Result<std::optional<int64_t>> TimeOf(const char* option, const std::string& text) {
  if (text.empty()) return std::optional<int64_t>();
  std::optional<int64_t> time = TimeAtStart(text);
  if (!time) {
    return InvalidArgument(std::string("--") + option + " " + text +
                           ": a time such as 2020-06-27T11:58:53 is expected");
  }
  return time;
}

}  // namespace

Result<LogChoice> LogChoice::Of(const std::string& include, const std::string& exclude,
                                const std::string& additional, const std::string& start,
                                const std::string& end) {
  if (!include.empty() && !(exclude.empty() && additional.empty())) {
    return InvalidArgument(std::string("ERROR: Please do not use --") +
                           (exclude.empty() ? "additional-logs" : "exclude-logs") +
                           " when --include-logs is specified.");
  }
  LogChoice choice;
  if (include.empty()) {
    choice.included.assign(std::begin(kRegular), std::end(kRegular));
    std::vector<std::string> more = Names(additional);
    choice.included.insert(choice.included.end(), more.begin(), more.end());
  } else {
    choice.included = Names(include);
  }
  choice.excluded = Names(exclude);
  ASSIGN_OR_RETURN(choice.from_ms, TimeOf("start-time", start));
  ASSIGN_OR_RETURN(choice.until_ms, TimeOf("end-time", end));
  if (choice.from_ms && choice.until_ms && *choice.from_ms > *choice.until_ms) {
    return InvalidArgument("ERROR: Start time " + start + " is later than end time " + end + "!");
  }
  return choice;
}

bool LogChoice::WantsName(std::string_view name) const {
  // "master.3.log" is an older "master.log"; Java's are "master.log.3".
  std::string plain(name);
  size_t dot = plain.find('.');
  size_t end = plain.find_first_not_of("0123456789", dot + 1);
  if (dot != std::string::npos && end != std::string::npos && end > dot + 1 && plain[end] == '.') {
    plain.erase(dot, end - dot);
  }
  auto in = [&](const std::vector<std::string>& beginnings) {
    return BeginsWithOne(name, beginnings) || BeginsWithOne(plain, beginnings);
  };
  return !in(excluded) && in(included);
}

std::optional<int64_t> TimeAtStart(std::string_view text) {
  const std::string head(text.substr(0, 32));
  std::tm time{};
  int year = 0, used = 0;
  char between = 0;
  if (std::sscanf(head.c_str(), "%4d-%2d-%2d%c%2d:%2d%n", &year, &time.tm_mon, &time.tm_mday,
                  &between, &time.tm_hour, &time.tm_min, &used) != 6 ||
      (between != 'T' && between != ' ')) {
    time = {};
    if (std::sscanf(head.c_str(), "%2d/%2d/%2d %2d:%2d%n", &year, &time.tm_mon, &time.tm_mday,
                    &time.tm_hour, &time.tm_min, &used) != 5) {
      return std::nullopt;
    }
    year += 2000;
  }
  std::sscanf(head.c_str() + used, ":%2d", &time.tm_sec);
  if (time.tm_mon < 1 || time.tm_mon > 12 || time.tm_mday < 1 || time.tm_mday > 31) {
    return std::nullopt;
  }
  time.tm_year = year - 1900;
  time.tm_mon -= 1;
  time.tm_isdst = -1;
  return static_cast<int64_t>(std::mktime(&time)) * 1000;
}

}  // namespace alluxio::cli
