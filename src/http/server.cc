#include "http/server.h"

#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/log.h"

namespace alluxio::http {
namespace {

constexpr size_t kStreamBuffer = 256 * 1024;

// The pages load scripts, styles and data from here alone; style attributes are set by scripts.
constexpr const char* kSafety[][2] = {
    {"Content-Security-Policy",
     "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
     "form-action 'self'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
};

// What libmicrohttpd keeps for one request between its calls.
struct Exchange {
  size_t body_bytes = 0;
};

using ResponsePtr = std::unique_ptr<MHD_Response, decltype(&MHD_destroy_response)>;

MHD_Result TakeQuery(void* to, enum MHD_ValueKind, const char* name, const char* value) {
  static_cast<Request*>(to)->query.emplace(name, value == nullptr ? "" : value);
  return MHD_YES;
}

ssize_t ReadStream(void* stream, uint64_t offset, char* to, size_t limit) {
  auto* from = static_cast<Stream*>(stream);
  Result<size_t> got = from->read(static_cast<int64_t>(offset), to, limit);
  if (!got.ok() || *got == 0) {
    if (!got.ok()) LOG_WARN("http: body cut off error={}", got.status().ToString());
    return MHD_CONTENT_READER_END_WITH_ERROR;
  }
  return static_cast<ssize_t>(*got);
}

ResponsePtr MakeResponse(Response& response) {
  MHD_Response* made = nullptr;
  if (response.stream.read != nullptr) {
    auto* stream = new Stream(std::move(response.stream));
    made = MHD_create_response_from_callback(
        static_cast<uint64_t>(stream->length), kStreamBuffer, &ReadStream, stream,
        [](void* owned) { delete static_cast<Stream*>(owned); });
    if (made == nullptr) delete stream;
  } else {
    made = MHD_create_response_from_buffer(response.body.size(), response.body.data(),
                                           MHD_RESPMEM_MUST_COPY);
  }
  return ResponsePtr(made, &MHD_destroy_response);
}

MHD_Result Send(MHD_Connection* connection, Response response) {
  ResponsePtr made = MakeResponse(response);
  if (made == nullptr) return MHD_NO;
  MHD_add_response_header(made.get(), MHD_HTTP_HEADER_CONTENT_TYPE, response.type.c_str());
  for (const auto& [name, value] : kSafety) MHD_add_response_header(made.get(), name, value);
  bool caches = false;
  for (const auto& [name, value] : response.headers) {
    caches |= name == MHD_HTTP_HEADER_CACHE_CONTROL;
    MHD_add_response_header(made.get(), name.c_str(), value.c_str());
  }
  if (!caches) MHD_add_response_header(made.get(), MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  return MHD_queue_response(connection, static_cast<unsigned>(response.status), made.get());
}

Result<sockaddr_storage> Resolve(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  int error = getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(),
                          &hints, &found);
  if (error != 0) return Unavailable("cannot listen on " + host + ": " + gai_strerror(error));
  sockaddr_storage address{};
  std::memcpy(&address, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  return address;
}

}  // namespace

struct Server::State {
  ServerOptions options;
  Handler handler;
  MHD_Daemon* daemon = nullptr;
  int port = 0;

  MHD_Result Answer(MHD_Connection* connection, const char* url, std::string_view method) {
    Request request;
    request.path = url;
    request.method = method == "HEAD" ? "GET" : method;
    if (request.method != "GET" && request.method != "POST") {
      Response refused = Response::Text(405, "GET, HEAD and POST are answered here\n");
      refused.headers.emplace_back("Allow", "GET, HEAD, POST");
      return Send(connection, std::move(refused));
    }
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, &TakeQuery, &request);
    return Send(connection, handler(request));
  }

  static MHD_Result OnRequest(void* self, MHD_Connection* connection, const char* url,
                              const char* method, const char*, const char*, size_t* data_size,
                              void** kept) {
    auto* state = static_cast<State*>(self);
    auto* exchange = static_cast<Exchange*>(*kept);
    if (exchange == nullptr) {  // the headers are there, the body is not
      *kept = new Exchange();
      return MHD_YES;
    }
    if (*data_size > 0) {
      exchange->body_bytes += *data_size;
      *data_size = 0;
      return exchange->body_bytes > state->options.body_bytes ? MHD_NO : MHD_YES;
    }
    return state->Answer(connection, url, method);
  }

  static void OnEnd(void*, MHD_Connection*, void** kept, enum MHD_RequestTerminationCode) {
    delete static_cast<Exchange*>(*kept);
    *kept = nullptr;
  }
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() { Stop(); }

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Handler handler) {
  ASSIGN_OR_RETURN(sockaddr_storage address, Resolve(options.bind_host, options.port));
  auto state = std::make_unique<State>();
  state->options = options;
  state->handler = std::move(handler);
  unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL;
  if (address.ss_family == AF_INET6) flags |= MHD_USE_IPv6;
  auto idle = std::chrono::duration_cast<std::chrono::seconds>(options.idle).count();
  errno = 0;
  state->daemon = MHD_start_daemon(
      flags, static_cast<uint16_t>(options.port), nullptr, nullptr, &State::OnRequest, state.get(),
      MHD_OPTION_SOCK_ADDR, reinterpret_cast<sockaddr*>(&address),
      MHD_OPTION_NOTIFY_COMPLETED, &State::OnEnd, nullptr,
      MHD_OPTION_CONNECTION_LIMIT, options.connections,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, options.connections_of_one,
      MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(idle),
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, options.head_bytes,
      MHD_OPTION_END);
  if (state->daemon == nullptr) {
    return Unavailable("cannot listen on " + options.bind_host + ":" +
                       std::to_string(options.port) + ": " + std::strerror(errno));
  }
  const MHD_DaemonInfo* info = MHD_get_daemon_info(state->daemon, MHD_DAEMON_INFO_BIND_PORT);
  state->port = info == nullptr ? options.port : info->port;
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

int Server::port() const { return state_->port; }

void Server::Stop() {
  if (state_->daemon == nullptr) return;
  MHD_stop_daemon(state_->daemon);
  state_->daemon = nullptr;
}

}  // namespace alluxio::http
