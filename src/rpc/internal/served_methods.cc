#include "rpc/internal/served_methods.h"

#include "metrics/registry.h"

namespace alluxio::rpc {
namespace {

std::string_view ServiceOf(std::string_view method) {
  return method.substr(0, method.rfind('/') + 1);
}

// "/alluxio.grpc.file.FileSystemMasterClientService/GetStatus" ->
// "Rpc.FileSystemMasterClientService.GetStatus"
std::string TimerName(std::string_view method) {
  std::string_view service = ServiceOf(method);
  if (service.size() < 2) return "Rpc." + std::string(method);
  std::string_view name = method.substr(service.size());
  service.remove_suffix(1);
  return "Rpc." + std::string(service.substr(service.find_last_of("./") + 1)) + "." +
         std::string(name);
}

}  // namespace

ServedMethods::ServedMethods(const ChannelRegistry& registry, bool authenticate)
    : registry_(registry),
      authenticate_(authenticate),
      nobody_(std::make_shared<const auth::User>()) {}

void ServedMethods::Add(const MethodTable& table) {
  for (const auto& [path, method] : table.methods()) {
    // A stream lasts as long as its client likes, so its duration says nothing.
    metrics::Timer* timer =
        method.stream ? nullptr : &metrics::Registry::Process().timer(TimerName(path));
    methods_[path] = ServedMethod{&method, timer, &path};
    services_.emplace(ServiceOf(path));
  }
}

const ServedMethod* ServedMethods::Find(std::string_view path) const {
  auto found = methods_.find(path);
  return found == methods_.end() ? nullptr : &found->second;
}

// A client repeats a call that is UNIMPLEMENTED for minutes, so that answer is kept for services
// that are not here at all.
Status ServedMethods::Unknown(std::string_view path) const {
  std::string name(path);
  if (services_.count(ServiceOf(path)) == 0) {
    return Unimplemented("Method not found: " + name.substr(name.find('/') == 0 ? 1 : 0));
  }
  return FailedPrecondition(name + " is not supported by this server");
}

Status ServedMethods::Admit(const ServedMethod& served, std::optional<std::string_view> channel_id,
                            KnownChannel* known,
                            std::shared_ptr<const auth::User>* user) const {
  if (!authenticate_ || !served.method->options.needs_authentication) {
    *user = nobody_;
    return OkStatus();
  }
  if (!channel_id) {
    return Unauthenticated("Channel Id is missing for call: " + served.path->substr(1) + ".");
  }
  *user = known != nullptr ? known->Find(registry_, *channel_id) : registry_.Find(*channel_id);
  if (*user == nullptr) {
    *user = nobody_;
    return Unauthenticated("Channel: " +
                           std::string(channel_id->substr(0, ChannelRegistry::kMaxIdBytes)) +
                           " is not authenticated for call: " + served.path->substr(1));
  }
  return OkStatus();
}

}  // namespace alluxio::rpc
