// UnaryService: the unary methods of a server, registered with the transport one by one.
//
// A registered method is found by the transport's own table and gets its request with the call;
// methods that are not registered go the longer way of streams. Constant once built.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <functional>
#include <memory>
#include <string>

#include "auth/user.h"
#include "base/status.h"
#include "rpc/internal/unary_call.h"

namespace alluxio::rpc {

class UnaryService final : public ::grpc::Service {
 public:
  // Sets the caller, or says why the call is refused.
  using Authenticator = std::function<Status(
      const ::grpc::CallbackServerContext& context, const ServedMethod& served,
      std::shared_ptr<const auth::User>* user)>;

  explicit UnaryService(Authenticator authenticate) : authenticate_(std::move(authenticate)) {}
  // What `served` points to outlives the server.
  void Add(const ServedMethod& served);

 private:
  const Authenticator authenticate_;
  int count_ = 0;
};

}  // namespace alluxio::rpc
