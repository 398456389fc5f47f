#include "rpc/service.h"

#include "base/check.h"
#include "rpc/internal/server_transports.h"

namespace alluxio::rpc {

void SendMessage(StreamSink& sink, const google::protobuf::MessageLite& message,
                 Callback<void(bool alive)> sent) {
  sink.Send(message.SerializeAsString(), Bytes(), std::move(sent));
}

void MethodTable::AddUnary(const std::string& path, MethodOptions options, RawUnary handler) {
  bool added = methods_.emplace(path, Method{options, std::move(handler), {}, {}}).second;
  CHECK(added) << "method registered twice: " << path;
}

void MethodTable::AddServerStream(const std::string& path, MethodOptions options,
                                  RawServerStream handler) {
  bool added = methods_.emplace(path, Method{options, {}, std::move(handler), {}}).second;
  CHECK(added) << "method registered twice: " << path;
}

void MethodTable::AddStream(const std::string& path, MethodOptions options,
                            StreamFactory factory) {
  bool added = methods_.emplace(path, Method{options, {}, {}, std::move(factory)}).second;
  CHECK(added) << "method registered twice: " << path;
}

const MethodTable::Method* MethodTable::Find(const std::string& path) const {
  auto found = methods_.find(path);
  return found == methods_.end() ? nullptr : &found->second;
}

Status MethodTable::ParseMessage(const Bytes& bytes, const std::string& path,
                                 google::protobuf::MessageLite* into) {
  if (into->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return OkStatus();
  return InvalidArgument(path + ": the request is not a valid " + into->GetTypeName());
}

Bytes MethodTable::SerializeMessage(const google::protobuf::MessageLite& message) {
  // Written in place: one allocation for the bytes and their owner.
  const size_t size = message.ByteSizeLong();
  std::shared_ptr<char[]> memory = std::make_shared_for_overwrite<char[]>(size);
  message.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(memory.get()));
  std::string_view view(memory.get(), size);
  return Bytes::FromOwner(view, std::move(memory));
}

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                              const MethodTable& methods) {
  switch (options.transport) {
    case Transport::kLean:
      return StartLeanServer(options, methods);
    case Transport::kGrpc:
      return StartGrpcServer(options, methods);
  }
  return InternalError("rpc: no such transport");
}

}  // namespace alluxio::rpc
