#include "cli/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

namespace alluxio::cli {
namespace {

bool IsWordByte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-'; }

// "-R" and "--sort" of "ls [-R] [--sort=<name>]".
void AddOptionsOf(const std::string& usage, std::set<std::string>* words) {
  for (size_t at = usage.find('-'); at != std::string::npos; at = usage.find('-', at)) {
    bool begins = at == 0 || usage[at - 1] == ' ' || usage[at - 1] == '[' || usage[at - 1] == '|';
    size_t end = at;
    while (end < usage.size() && IsWordByte(usage[end])) ++end;
    std::string word = usage.substr(at, end - at);
    if (begins && word.find_first_not_of('-') != std::string::npos) words->insert(word);
    at = std::max(end, at + 1);
  }
}

// Calls `each` with the words that lead to a command and the command, for the whole tree.
void Walk(const std::vector<Command>& commands, const std::string& path,
          const std::function<void(const std::string&, const Command&)>& each) {
  for (const Command& command : commands) {
    std::string here = path + " " + command.name;
    each(here, command);
    Walk(command.subcommands, here, each);
  }
}

// The first sentence, without what would end a quoted word of the shell or a pair of _describe.
std::string Summary(const Command& command) {
  std::string text = command.description.substr(0, command.description.find_first_of("\n"));
  if (size_t end = text.find(". "); end != std::string::npos) text.resize(end);
  constexpr size_t kWidth = 70;
  if (text.size() > kWidth) text = text.substr(0, text.rfind(' ', kWidth)) + " ...";
  std::string plain;
  for (char c : text) plain += c == '\'' || c == ':' || c == '\\' || c == '`' ? ' ' : c;
  return plain;
}

std::string Quoted(const std::string& text) { return "'" + text + "'"; }

}  // namespace

std::vector<std::string> WordsAfter(const Command& command) {
  std::set<std::string> words = {"--help"};
  if (!command.subcommands.empty()) {
    for (const Command& sub : command.subcommands) words.insert(sub.name);
  } else {
    for (const Option& option : command.options) {
      if (!option.short_name.empty()) words.insert("-" + option.short_name);
      if (!option.long_name.empty()) words.insert("--" + option.long_name);
    }
    AddOptionsOf(command.usage, &words);
  }
  return {words.begin(), words.end()};
}

std::string BashCompletion(const std::string& program, const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  std::string paths, cases;
  Walk(commands, "", [&](const std::string& path, const Command& command) {
    paths += (paths.empty() ? "" : " | ") + Quoted(path);
    cases += fmt::format("    {}) words={} ;;\n", Quoted(path),
                         Quoted(fmt::format("{}", fmt::join(WordsAfter(command), " "))));
  });
  return fmt::format(R"(# Completion of {0} for bash; "{0} completion bash" prints it.
_{0}() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" path='' words='' i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case "${{path}} ${{COMP_WORDS[i]}}" in
      {1}) path+=" ${{COMP_WORDS[i]}}" ;;
    esac
  done
  case "${{path}}" in
    '') words='{2} --help' ;;
{3}  esac
  COMPREPLY=()
  while IFS='' read -r i; do
    COMPREPLY+=("${{i}}")
  done < <(compgen -W "${{words}}" -- "${{current}}")
}}
complete -o default -F _{0} {0}
)",
                     program, paths, fmt::join(names, " "), cases);
}

std::string ZshCompletion(const std::string& program, const std::vector<Command>& commands) {
  auto described = [](const std::vector<Command>& list) {
    std::string text;
    for (const Command& command : list) {
      text += " " + Quoted(command.name + ":" + Summary(command));
    }
    return text;
  };
  std::string paths, cases;
  Walk(commands, "", [&](const std::string& path, const Command& command) {
    paths += (paths.empty() ? "" : "|") + Quoted(path);
    if (command.subcommands.empty()) {
      cases += fmt::format("    {}) compadd -- {} ;;\n", Quoted(path),
                           fmt::join(WordsAfter(command), " "));
    } else {
      cases += fmt::format("    {}) words_here=({}) ;;\n", Quoted(path),
                           described(command.subcommands));
    }
  });
  return fmt::format(R"(#compdef {0}
# Completion of {0} for zsh; "{0} completion zsh" prints it.
_{0}() {{
  local place='' i
  local -a words_here
  for ((i = 2; i < CURRENT; ++i)); do
    case "$place $words[i]" in
      {1}) place+=" $words[i]" ;;
    esac
  done
  case "$place" in
    '') words_here=({2}) ;;
{3}  esac
  (( $#words_here )) && _describe -t commands command words_here
  [[ "$words[CURRENT]" == -* ]] || _files
}}
if [[ "$funcstack[1]" == _{0} ]]; then _{0} "$@"; else compdef _{0} {0}; fi
)",
                     program, paths, described(commands), cases);
}

}  // namespace alluxio::cli
