#include "auth/plain.h"

#include <algorithm>

namespace alluxio::auth {

Result<PlainCredentials> ParsePlain(std::string_view message) {
  if (message.size() > kMaxPlainBytes) {
    return Unauthenticated("PLAIN credentials are longer than " +
                           std::to_string(kMaxPlainBytes) + " bytes");
  }
  if (std::count(message.begin(), message.end(), '\0') != 2) {
    return Unauthenticated(
        "Invalid message format, the message must contain an authorization id, an authentication "
        "id and a password separated by NUL");
  }
  PlainCredentials credentials;
  size_t first = message.find('\0');
  size_t second = message.find('\0', first + 1);
  credentials.impersonated = std::string(message.substr(0, first));
  credentials.user = std::string(message.substr(first + 1, second - first - 1));
  credentials.password = std::string(message.substr(second + 1));
  if (credentials.user.empty()) return Unauthenticated("No authentication identity provided");
  if (credentials.password.empty()) return Unauthenticated("No password provided");
  return credentials;
}

std::string FormatPlain(const PlainCredentials& credentials) {
  std::string message = credentials.impersonated;
  message += '\0';
  message += credentials.user;
  message += '\0';
  message += credentials.password;
  return message;
}

}  // namespace alluxio::auth
