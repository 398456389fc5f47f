// The client's words of the authentication handshake.
#include "proto/grpc/sasl_server.pb.h"
#include "rpc/internal/client_wire.h"

namespace alluxio::rpc {

using grpc::sasl::SaslMessage;

std::string HandshakeMessage(const auth::PlainCredentials& credentials, const std::string& id) {
  SaslMessage message;
  message.set_messagetype(grpc::sasl::SaslMessageType::CHALLENGE);
  message.set_authenticationscheme(grpc::sasl::ChannelAuthenticationScheme::SIMPLE);
  message.set_message(auth::FormatPlain(credentials));
  message.set_clientid(id);
  message.set_channelref("alluxio-native");
  return message.SerializeAsString();
}

Status HandshakeOutcome(const Bytes& answer, const std::string& server) {
  SaslMessage message;
  if (message.ParseFromArray(answer.data(), static_cast<int>(answer.size())) &&
      message.messagetype() == grpc::sasl::SaslMessageType::SUCCESS) {
    return OkStatus();
  }
  return Unauthenticated(server + ": unexpected answer to the authentication request");
}

Status HandshakeError(const Status& ended, const std::string& server) {
  if (ended.ok()) return Unavailable(server + ": the server ended the authentication");
  if (ended.Is(StatusCode::kUnimplemented)) {
    return Unauthenticated(server + ": authentication disabled on target server");
  }
  // gRPC C++ names the numbers of an address, not what somebody asked for.
  const bool named = ended.message().find(server) != std::string::npos;
  if (!ended.Is(StatusCode::kUnavailable) || named) return ended;
  return Unavailable(server + ": " + ended.message());
}

}  // namespace alluxio::rpc
