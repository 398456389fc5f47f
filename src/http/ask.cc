#include "http/ask.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "env/tcp_stream.h"

namespace alluxio::http {
namespace {

// "Content-Length: 12" of a head in lower case; nothing when it is not there or no number.
std::optional<size_t> LengthOf(const std::string& head) {
  constexpr std::string_view kName = "\r\ncontent-length:";
  size_t at = head.find(kName);
  if (at == std::string::npos) return std::nullopt;
  at = head.find_first_not_of(' ', at + kName.size());
  if (at == std::string::npos) return std::nullopt;
  size_t length = 0;
  auto parsed = std::from_chars(head.data() + at, head.data() + head.size(), length);
  return parsed.ec == std::errc() ? std::optional(length) : std::nullopt;
}

Result<std::string> Exchange(const Question& question) {
  ASSIGN_OR_RETURN(std::unique_ptr<TcpStream> stream,
                   TcpStream::Connect(question.host, question.port, question.patience));
  // 1.0: the answer comes whole and the connection ends behind it.
  RETURN_IF_ERROR(stream->Write(
      fmt::format("{} {} HTTP/1.0\r\nHost: {}:{}\r\nContent-Length: 0\r\n\r\n", question.method,
                  question.target, question.host, question.port)));
  std::string text;
  std::array<char, 64 * 1024> piece;
  while (true) {
    ASSIGN_OR_RETURN(size_t got, stream->Read(piece));
    if (got == 0) return text;
    text.append(piece.data(), got);
    if (text.size() > question.body_bytes) {
      return ResourceExhausted(fmt::format("{}:{}: the answer has more than {} bytes",
                                           question.host, question.port, question.body_bytes));
    }
  }
}

}  // namespace

Result<Answer> Ask(const Question& question) {
  ASSIGN_OR_RETURN(std::string text, Exchange(question));
  const std::string who = question.host + ":" + std::to_string(question.port);
  size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos || !text.starts_with("HTTP/1.")) {
    return DataLoss(who + ": what answers there is no web server");
  }
  std::string head = text.substr(0, end + 2);
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  Answer answer;
  size_t blank = head.find(' ');
  std::from_chars(head.data() + blank + 1, head.data() + head.size(), answer.status);
  answer.body = text.substr(end + 4);
  std::optional<size_t> length = LengthOf(head);
  if (answer.status == 0 || (length && answer.body.size() < *length)) {
    return DataLoss(who + ": the answer ended early");
  }
  return answer;
}

std::string QueryValue(std::string_view text) {
  std::string encoded;
  for (unsigned char c : text) {
    bool plain = std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
    encoded += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return encoded;
}

}  // namespace alluxio::http
