#include "cli/option_parser.h"

#include <algorithm>

namespace alluxio::cli {

bool ParsedArgs::Has(std::string_view name) const { return given_.find(name) != given_.end(); }

std::string ParsedArgs::Value(std::string_view name, std::string_view fallback) const {
  auto found = given_.find(name);
  if (found == given_.end() || found->second.empty()) return std::string(fallback);
  return found->second.front();
}

std::vector<std::string> ParsedArgs::Values(std::string_view name) const {
  auto found = given_.find(name);
  return found == given_.end() ? std::vector<std::string>() : found->second;
}

// One run over the words of a line. The state between words is the option that still waits for
// its value.
class OptionParser {
 public:
  explicit OptionParser(const std::vector<Option>& options) : options_(options) {}

  Result<ParsedArgs> Parse(const std::vector<std::string>& words);

 private:
  Status TakeWord(const std::string& word);
  Status TakeLong(const std::string& word);
  Status TakeShortOrLong(const std::string& word);
  Status TakeWithEqual(const std::string& word, const std::string& name);
  Status TakeCombined(const std::string& word);
  Status TakeUnknown(const std::string& word);
  Status Start(const Option& option);
  Status CheckWaiting() const;
  Status CheckRequired() const;
  void AddValue(const std::string& value);

  const Option* FindShort(std::string_view name) const;
  std::vector<const Option*> MatchLong(std::string_view name) const;
  const Option* LongPrefixOf(std::string_view word) const;
  bool LooksLikeOption(const std::string& word) const;

  const std::vector<Option>& options_;
  ParsedArgs parsed_;
  const Option* waiting_ = nullptr;
  bool only_arguments_ = false;
};

namespace {

std::string_view WithoutDashes(std::string_view word) {
  if (word.starts_with("--")) return word.substr(2);
  if (word.starts_with("-")) return word.substr(1);
  return word;
}

// "-5", "-1.5": a value even though it starts with a dash.
bool IsNegativeNumber(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  char* end = nullptr;
  std::strtod(word.c_str(), &end);
  char first = word[1];
  return *end == '\0' && ((first >= '0' && first <= '9') || first == '.');
}

std::string WithoutQuotes(const std::string& word) {
  bool quoted = word.size() > 1 && word.front() == '"' && word.back() == '"';
  if (quoted && word.find('"', 1) == word.size() - 1) return word.substr(1, word.size() - 2);
  return word;
}

Status AmbiguousOption(const std::string& word, const std::vector<const Option*>& matches) {
  std::string text = "Ambiguous option: '" + word + "'  (could be: ";
  for (size_t i = 0; i < matches.size(); ++i) {
    text += (i == 0 ? "'" : ", '") + matches[i]->long_name + "'";
  }
  return InvalidArgument(text + ")");
}

}  // namespace

const Option* OptionParser::FindShort(std::string_view name) const {
  for (const Option& option : options_) {
    if (!option.short_name.empty() && option.short_name == name) return &option;
  }
  return nullptr;
}

// The exact long name alone, or every long name that begins with `name`.
std::vector<const Option*> OptionParser::MatchLong(std::string_view name) const {
  std::vector<const Option*> matches;
  for (const Option& option : options_) {
    if (option.long_name.empty()) continue;
    if (option.long_name == name) return {&option};
    if (std::string_view(option.long_name).starts_with(name)) matches.push_back(&option);
  }
  return matches;
}

// "-sortname": the option whose long name the word begins with.
const Option* OptionParser::LongPrefixOf(std::string_view word) const {
  std::string_view name = WithoutDashes(word);
  for (size_t length = name.size(); length-- > 2;) {
    for (const Option& option : options_) {
      if (option.long_name == name.substr(0, length)) return &option;
    }
  }
  return nullptr;
}

bool OptionParser::LooksLikeOption(const std::string& word) const {
  if (word.size() < 2 || word[0] != '-') return false;
  std::string_view name = WithoutDashes(word);
  name = name.substr(0, name.find('='));
  if (!MatchLong(name).empty()) return true;
  if (!word.starts_with("--") && LongPrefixOf(word) != nullptr) return true;
  if (FindShort(name) != nullptr) return true;
  return !name.empty() && FindShort(name.substr(0, 1)) != nullptr;
}

Status OptionParser::CheckWaiting() const {
  if (waiting_ == nullptr) return OkStatus();
  return InvalidArgument("Missing argument for option: " + waiting_->key());
}

Status OptionParser::Start(const Option& option) {
  RETURN_IF_ERROR(CheckWaiting());
  if (!option.short_name.empty()) parsed_.given_[option.short_name];
  if (!option.long_name.empty()) parsed_.given_[option.long_name];
  waiting_ = option.has_value ? &option : nullptr;
  return OkStatus();
}

void OptionParser::AddValue(const std::string& value) {
  if (!waiting_->short_name.empty()) parsed_.given_[waiting_->short_name].push_back(value);
  if (!waiting_->long_name.empty()) parsed_.given_[waiting_->long_name].push_back(value);
  waiting_ = nullptr;
}

Status OptionParser::TakeUnknown(const std::string& word) {
  if (word.size() > 1 && word[0] == '-') {
    return InvalidArgument("Unrecognized option: " + word);
  }
  parsed_.args_.push_back(word);
  return OkStatus();
}

Status OptionParser::TakeLong(const std::string& word) {
  size_t equal = word.find('=');
  std::string name(WithoutDashes(word.substr(0, equal)));
  std::vector<const Option*> matches = MatchLong(name);
  if (matches.empty()) return TakeUnknown(word);
  if (matches.size() > 1) return AmbiguousOption(word.substr(0, equal), matches);
  if (equal == std::string::npos) return Start(*matches[0]);
  if (!matches[0]->has_value) return TakeUnknown(word);
  RETURN_IF_ERROR(Start(*matches[0]));
  AddValue(word.substr(equal + 1));
  return OkStatus();
}

// "-xyz": x, then y, then z; the first that takes a value takes the rest as its value.
Status OptionParser::TakeCombined(const std::string& word) {
  for (size_t i = 1; i < word.size(); ++i) {
    const Option* option = FindShort(std::string_view(word).substr(i, 1));
    if (option == nullptr) return TakeUnknown(word);
    RETURN_IF_ERROR(Start(*option));
    if (waiting_ != nullptr && i + 1 < word.size()) {
      AddValue(word.substr(i + 1));
      return OkStatus();
    }
  }
  return OkStatus();
}

Status OptionParser::TakeWithEqual(const std::string& word, const std::string& name) {
  size_t equal = name.find('=');
  if (equal != 1) return TakeLong(word);
  const Option* option = FindShort(name.substr(0, 1));
  if (option == nullptr || !option->has_value) return TakeUnknown(word);
  RETURN_IF_ERROR(Start(*option));
  AddValue(name.substr(equal + 1));
  return OkStatus();
}

Status OptionParser::TakeShortOrLong(const std::string& word) {
  std::string name(WithoutDashes(word));
  if (name.size() == 1) {
    const Option* option = FindShort(name);
    return option == nullptr ? TakeUnknown(word) : Start(*option);
  }
  if (name.find('=') != std::string::npos) return TakeWithEqual(word, name);
  if (const Option* option = FindShort(name)) return Start(*option);
  if (!MatchLong(name).empty()) return TakeLong(word);
  const Option* prefix = LongPrefixOf(word);
  if (prefix != nullptr && prefix->has_value) {
    RETURN_IF_ERROR(Start(*prefix));
    AddValue(name.substr(prefix->long_name.size()));
    return OkStatus();
  }
  return TakeCombined(word);
}

Status OptionParser::TakeWord(const std::string& word) {
  if (only_arguments_) {
    parsed_.args_.push_back(word);
    return OkStatus();
  }
  if (word == "--") {
    only_arguments_ = true;
    return OkStatus();
  }
  if (waiting_ != nullptr && (!LooksLikeOption(word) || IsNegativeNumber(word))) {
    AddValue(WithoutQuotes(word));
    return OkStatus();
  }
  if (word.starts_with("--")) return TakeLong(word);
  if (word.starts_with("-") && word != "-") return TakeShortOrLong(word);
  return TakeUnknown(word);
}

Status OptionParser::CheckRequired() const {
  std::string missing;
  int count = 0;
  for (const Option& option : options_) {
    if (!option.required || parsed_.Has(option.key())) continue;
    missing += (count++ == 0 ? "" : ", ") + option.key();
  }
  if (count == 0) return OkStatus();
  return InvalidArgument(std::string("Missing required option") + (count > 1 ? "s" : "") + ": " +
                         missing);
}

Result<ParsedArgs> OptionParser::Parse(const std::vector<std::string>& words) {
  for (const std::string& word : words) RETURN_IF_ERROR(TakeWord(word));
  RETURN_IF_ERROR(CheckWaiting());
  RETURN_IF_ERROR(CheckRequired());
  return std::move(parsed_);
}

Result<ParsedArgs> ParseOptions(const std::vector<Option>& options,
                                const std::vector<std::string>& words) {
  return OptionParser(options).Parse(words);
}

}  // namespace alluxio::cli
