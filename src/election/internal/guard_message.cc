#include "election/internal/guard_message.h"

#include <sstream>

namespace alluxio::election {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

std::string ToHex(const std::string& bytes) {
  std::string hex;
  for (char byte : bytes) {
    hex += kDigits[static_cast<unsigned char>(byte) >> 4];
    hex += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

bool FromHex(const std::string& hex, std::string* bytes) {
  if (hex.size() % 2 != 0) return false;
  const std::string digits = kDigits;
  for (size_t i = 0; i < hex.size(); i += 2) {
    size_t high = digits.find(hex[i]);
    size_t low = digits.find(hex[i + 1]);
    if (high == std::string::npos || low == std::string::npos) return false;
    *bytes += static_cast<char>(high << 4 | low);
  }
  return true;
}

}  // namespace

std::string GuardMessage::ToText() const {
  return std::to_string(session.id) + " " + ToHex(session.password) + " " +
         std::to_string(ToMillis(timeout)) + " " + address;
}

Result<GuardMessage> GuardMessage::Parse(const std::string& text) {
  std::istringstream words(text);
  GuardMessage message;
  std::string password;
  int64_t timeout_ms = 0;
  if (!(words >> message.session.id >> password >> timeout_ms >> message.address) ||
      !FromHex(password, &message.session.password)) {
    return InvalidArgument("guardian: not a message");  // which may hold a password
  }
  message.timeout = Millis(timeout_ms);
  return message;
}

}  // namespace alluxio::election
