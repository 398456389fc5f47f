#include "conf/load_options.h"

#include <netdb.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string_view>

extern char** environ;

namespace alluxio::conf {
namespace {

constexpr std::string_view kVariablePrefix = "ALLUXIO_";

bool IsDefinition(std::string_view argument) {
  return argument.size() > 2 && argument.substr(0, 2) == "-D";
}

// The full name when the resolver knows one, else what the kernel says.
std::string LocalHostname() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  addrinfo hints{};
  hints.ai_flags = AI_CANONNAME;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  std::string hostname = name.data();
  if (getaddrinfo(name.data(), nullptr, &hints, &found) == 0) {
    if (found->ai_canonname != nullptr) hostname = found->ai_canonname;
    freeaddrinfo(found);
  }
  return hostname;
}

}  // namespace

HostFacts HostFacts::OfThisMachine() {
  HostFacts facts;
  facts.cpus = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  facts.memory_bytes = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGE_SIZE);
  facts.hostname = LocalHostname();
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found) {
    facts.user_name = entry.pw_name;
    facts.user_home = entry.pw_dir;
  } else {
    facts.user_name = std::to_string(geteuid());
    facts.user_home = "/";
  }
  std::array<char, 4096> folder{};
  facts.working_folder = getcwd(folder.data(), folder.size()) != nullptr ? folder.data() : "/";
  return facts;
}

LoadOptions LoadOptions::OfProcess(Role role, int argc, const char* const* argv) {
  LoadOptions options;
  options.role = role;
  options.host = HostFacts::OfThisMachine();
  for (int i = 1; i < argc; ++i) options.arguments.emplace_back(argv[i]);
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    std::string_view text = *variable;
    size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    if (text.substr(0, kVariablePrefix.size()) != kVariablePrefix) continue;
    options.environment[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  }
  return options;
}

std::vector<std::string> OtherArguments(int argc, const char* const* argv) {
  std::vector<std::string> others;
  for (int i = 1; i < argc; ++i) {
    if (!IsDefinition(argv[i])) others.emplace_back(argv[i]);
  }
  return others;
}

}  // namespace alluxio::conf
