// SecretFilter: takes credentials out of a text of any kind, line by line, before it is shown to
// strangers: settings, XML, JSON, command lines, logs, URLs. Wide on purpose: a star too many harms
// nobody. Not thread-safe: it remembers what a line before began.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace alluxio::cli {

class SecretFilter {
 public:
  // `known`: values that are credentials wherever they stand.
  explicit SecretFilter(std::vector<std::string> known) : known_(std::move(known)) {}

  // A line, without its end, with "******" for every
  //   - known value,
  //   - value after a name that says credential: password=x, "token": "x", --secret x,
  //     <name>..secret..</name><value>x</value> (also on the lines that follow),
  //   - password of a URL, signature of a signed one, Authorization header,
  //   - line of a private key.
  // A line of more than kMaxLine bytes is cut.
  std::string Line(std::string_view line);
  // All lines of a text.
  std::string Text(std::string_view text);

  static constexpr size_t kMaxLine = 64 * 1024;

 private:
  std::string MaskXml(std::string line);

  const std::vector<std::string> known_;
  bool in_private_key_ = false;
  bool xml_secret_ = false;  // the next <value> is one
  bool in_xml_value_ = false;
};

}  // namespace alluxio::cli
