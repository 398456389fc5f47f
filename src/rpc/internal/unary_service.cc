#include "rpc/internal/unary_service.h"

#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>

#include <utility>

namespace alluxio::rpc {

void UnaryService::Add(const ServedMethod& served) {
  using Handler = ::grpc::internal::CallbackUnaryHandler<::grpc::ByteBuffer, ::grpc::ByteBuffer>;
  auto serve = [this, served](
                   ::grpc::CallbackServerContext* context, const ::grpc::ByteBuffer* request,
                   ::grpc::ByteBuffer* response) -> ::grpc::ServerUnaryReactor* {
    std::shared_ptr<const auth::User> user;
    Status known = authenticate_(*context, served, &user);
    auto call =
        std::make_shared<UnaryCall>(context, *served.path, served, std::move(user), response);
    if (known.ok()) {
      call->Serve(request);
    } else {
      call->Refuse(known);
    }
    return call.get();  // keeps itself alive
  };
  AddMethod(new ::grpc::internal::RpcServiceMethod(
      served.path->c_str(), ::grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
  MarkMethodRawCallback(count_++, new Handler(std::move(serve)));
}

}  // namespace alluxio::rpc
