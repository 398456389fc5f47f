#include "coord/zookeeper.h"

#include <errno.h>
#include <zookeeper/zookeeper.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <utility>

#include "base/log.h"
#include "base/mutex.h"

namespace alluxio::coord {
namespace {

constexpr size_t kPasswordBytes = sizeof(clientid_t::passwd);

Status ToStatus(int code, const std::string& what) {
  const std::string text = "ZooKeeper: " + what + ": " + zerror(code);
  switch (code) {
    case ZOK:
      return OkStatus();
    case ZNONODE:
      return NotFound(text);
    case ZNODEEXISTS:
      return AlreadyExists(text);
    case ZNOTEMPTY:
    case ZNOCHILDRENFOREPHEMERALS:
      return FailedPrecondition(text);
    case ZCONNECTIONLOSS:
    case ZOPERATIONTIMEOUT:
    case ZSESSIONMOVED:  // of a connection that the session has left
      return Unavailable(text);
    case ZSESSIONEXPIRED:
    case ZINVALIDSTATE:  // the handle is over, which only the end of its session does
      return Aborted(text);
    case ZCLOSING:
      return Cancelled(text);
    case ZBADARGUMENTS:
      return InvalidArgument(text);
    case ZNOAUTH:
    case ZAUTHFAILED:
      return PermissionDenied(text);
    default:
      return UnknownError(text);
  }
}

NodeStat ToStat(const struct Stat& stat) { return {stat.ctime, stat.ephemeralOwner}; }

void LogLine(const char* message) { LOG_DEBUG("coord: {}", message); }

class ZooKeeperSession final : public Coordinator {
 public:
  ZooKeeperSession(std::string chroot, Callback<void(SessionState)> changed)
      : chroot_(std::move(chroot)), changed_(std::move(changed)) {}
  ~ZooKeeperSession() override;

  Status Start(const std::string& servers, const SessionOptions& options);

  void Create(const std::string& path, const std::string& data, CreateMode mode,
              Callback<void(Result<std::string>)> done) override;
  void Get(const std::string& path, Callback<void(Result<Node>)> done) override;
  void SetGuarded(const std::string& path, const std::string& data, const std::string& guard,
                  Callback<void(Status)> done) override;
  void Children(const std::string& path,
                Callback<void(Result<std::vector<std::string>>)> done) override;
  void Exists(const std::string& path, Callback<void()> watch,
              Callback<void(Result<NodeStat>)> done) override;
  void Delete(const std::string& path, Callback<void(Status)> done) override;

  SessionState state() const override { return state_.load(std::memory_order_acquire); }
  SessionId session() const override {
    MutexLock lock(mutex_);
    return session_;
  }
  Duration timeout() const override {
    MutexLock lock(mutex_);
    return timeout_;
  }

 private:
  // A call that waits for its answer. The C client hands back the address of it.
  struct Request {
    virtual ~Request() = default;
    virtual void Fail(Status status) = 0;
    ZooKeeperSession* owner = nullptr;
    std::string what;  // "create /a", for messages
    std::array<zoo_op_result_t, 2> results{};  // of a transaction; the client writes into it
    int64_t watch = 0;                         // 0 = none
  };
  template <typename Answer>
  struct Call final : Request {
    void Fail(Status status) override { done(std::move(status)); }
    Callback<void(Answer)> done;
  };

  // Puts a request on the list and lets `send` give it to the client.
  template <typename Answer>
  void Launch(std::string what, Callback<void(Answer)> done, const auto& send, int64_t watch = 0);
  // Takes it off the list again; null when the destructor was quicker.
  template <typename Answer>
  static std::unique_ptr<Call<Answer>> Take(const void* data);

  // `full` includes the chroot.
  void CreateOnce(const std::string& full, const std::string& data, CreateMode mode,
                  Callback<void(Result<std::string>)> done);
  void CreateWithParents(const std::string& full, const std::string& data, CreateMode mode,
                         Callback<void(Result<std::string>)> done);
  std::string Full(const std::string& path) const {
    return path == "/" && !chroot_.empty() ? chroot_ : chroot_ + path;
  }
  void DropWatch(int64_t id);

  static void OnSession(zhandle_t* handle, int type, int state, const char* path, void* context);
  static void OnWatch(zhandle_t* handle, int type, int state, const char* path, void* context);

  const std::string chroot_;
  Callback<void(SessionState)> changed_;  // on the client's thread only
  zhandle_t* handle_ = nullptr;           // set before anybody has this object
  // Release/acquire: who sees "connected" sees the session's id.
  std::atomic<SessionState> state_{SessionState::kConnecting};
  std::atomic<bool> closing_{false};  // relaxed would do: only the destructor sets it

  mutable Mutex mutex_{LockRank::kLeaf};
  SessionId session_ GUARDED_BY(mutex_);
  Duration timeout_ GUARDED_BY(mutex_){};
  std::map<const void*, std::unique_ptr<Request>> requests_ GUARDED_BY(mutex_);
  std::map<int64_t, Callback<void()>> watches_ GUARDED_BY(mutex_);
  int64_t next_watch_ GUARDED_BY(mutex_) = 1;
};

Status ZooKeeperSession::Start(const std::string& servers, const SessionOptions& options) {
  [[maybe_unused]] static const bool quiet = [] {
    zoo_set_debug_level(ZOO_LOG_LEVEL_WARN);  // for the whole process, so once
    return true;
  }();
  clientid_t id{};
  if (options.resume.id != 0) {
    if (options.resume.password.size() != kPasswordBytes) {
      return InvalidArgument("ZooKeeper: the password of a session has 16 bytes");
    }
    id.client_id = options.resume.id;
    std::memcpy(id.passwd, options.resume.password.data(), kPasswordBytes);
  }
  zhandle_t* handle =
      zookeeper_init2(servers.c_str(), &OnSession, static_cast<int>(ToMillis(options.timeout)),
                      options.resume.id != 0 ? &id : nullptr, this, 0, &LogLine);
  if (handle == nullptr) return FromErrno(errno, "ZooKeeper: " + servers);
  handle_ = handle;
  return OkStatus();
}

ZooKeeperSession::~ZooKeeperSession() {
  closing_ = true;
  if (handle_ != nullptr) {
    int code = zookeeper_close(handle_);  // ends the session, and both threads of the client
    if (code != ZOK) LOG_DEBUG("coord: session not closed reason={}", zerror(code));
  }
  std::map<const void*, std::unique_ptr<Request>> left;
  {
    MutexLock lock(mutex_);
    left.swap(requests_);
  }
  for (auto& [_, request] : left) request->Fail(ToStatus(ZCLOSING, request->what));
}

void ZooKeeperSession::OnSession(zhandle_t* handle, int type, int state, const char*, void*) {
  if (type != ZOO_SESSION_EVENT) return;
  auto* self = static_cast<ZooKeeperSession*>(const_cast<void*>(zoo_get_context(handle)));
  SessionState now = SessionState::kConnecting;
  if (state == ZOO_CONNECTED_STATE) {
    now = SessionState::kConnected;
    const clientid_t* id = zoo_client_id(handle);
    MutexLock lock(self->mutex_);
    self->session_ = {id->client_id, std::string(id->passwd, kPasswordBytes)};
    self->timeout_ = Millis(zoo_recv_timeout(handle));
  } else if (state == ZOO_EXPIRED_SESSION_STATE || state == ZOO_AUTH_FAILED_STATE) {
    now = SessionState::kExpired;
  }
  if (self->state_.exchange(now, std::memory_order_acq_rel) == now) return;
  LOG_DEBUG("coord: session state={}", state);
  if (self->changed_) self->changed_(now);
}

void ZooKeeperSession::OnWatch(zhandle_t* handle, int type, int, const char*, void* context) {
  if (type == ZOO_SESSION_EVENT || type == ZOO_NOTWATCHING_EVENT) return;
  auto* self = static_cast<ZooKeeperSession*>(const_cast<void*>(zoo_get_context(handle)));
  Callback<void()> watch;
  {
    MutexLock lock(self->mutex_);
    auto found = self->watches_.find(reinterpret_cast<intptr_t>(context));
    if (found == self->watches_.end()) return;
    watch = std::move(found->second);
    self->watches_.erase(found);
  }
  watch();
}

void ZooKeeperSession::DropWatch(int64_t id) {
  MutexLock lock(mutex_);
  watches_.erase(id);
}

template <typename Answer>
void ZooKeeperSession::Launch(std::string what, Callback<void(Answer)> done, const auto& send,
                              int64_t watch) {
  auto call = std::make_unique<Call<Answer>>();
  Call<Answer>* request = call.get();
  request->owner = this;
  request->what = std::move(what);
  request->watch = watch;
  request->done = std::move(done);
  {
    MutexLock lock(mutex_);
    requests_.emplace(static_cast<Request*>(request), std::move(call));
  }
  int code = closing_ ? static_cast<int>(ZCLOSING) : send(static_cast<Request*>(request));
  if (code == ZOK) return;
  // Nothing was queued, so nobody else will answer.
  std::unique_ptr<Call<Answer>> failed = Take<Answer>(static_cast<Request*>(request));
  if (failed == nullptr) return;
  if (watch != 0) DropWatch(watch);
  failed->Fail(ToStatus(code, failed->what));
}

template <typename Answer>
std::unique_ptr<ZooKeeperSession::Call<Answer>> ZooKeeperSession::Take(const void* data) {
  ZooKeeperSession* self = static_cast<const Request*>(data)->owner;
  MutexLock lock(self->mutex_);
  auto found = self->requests_.find(data);
  if (found == self->requests_.end()) return nullptr;
  std::unique_ptr<Call<Answer>> call(static_cast<Call<Answer>*>(found->second.release()));
  self->requests_.erase(found);
  return call;
}

void ZooKeeperSession::CreateOnce(const std::string& full, const std::string& data,
                                  CreateMode mode, Callback<void(Result<std::string>)> done) {
  int flags = mode == CreateMode::kPersistent  ? ZOO_PERSISTENT
              : mode == CreateMode::kEphemeral ? ZOO_EPHEMERAL
                                               : ZOO_EPHEMERAL_SEQUENTIAL;
  auto answer = [](int code, const char* value, const void* request) {
    auto call = Take<Result<std::string>>(request);
    if (call == nullptr) return;
    if (code != ZOK) return call->Fail(ToStatus(code, call->what));
    call->done(std::string(value));
  };
  Launch<Result<std::string>>("create " + full, std::move(done), [&](const Request* request) {
    return zoo_acreate(handle_, full.c_str(), data.data(), static_cast<int>(data.size()),
                       &ZOO_OPEN_ACL_UNSAFE, flags, answer, request);
  });
}

void ZooKeeperSession::CreateWithParents(const std::string& full, const std::string& data,
                                         CreateMode mode,
                                         Callback<void(Result<std::string>)> done) {
  auto first = [this, full, data, mode,
                done = std::move(done)](Result<std::string> made) mutable {
    const std::string parent = ParentOf(full);
    if (made.ok() || !made.status().Is(StatusCode::kNotFound) || parent == "/") {
      return done(std::move(made));
    }
    auto second = [this, full, data, mode,
                   done = std::move(done)](Result<std::string> parent_made) mutable {
      if (!parent_made.ok() && !parent_made.status().Is(StatusCode::kAlreadyExists)) {
        return done(parent_made.status());
      }
      CreateOnce(full, data, mode, std::move(done));
    };
    CreateWithParents(parent, "", CreateMode::kPersistent, std::move(second));
  };
  CreateOnce(full, data, mode, std::move(first));
}

void ZooKeeperSession::Create(const std::string& path, const std::string& data, CreateMode mode,
                              Callback<void(Result<std::string>)> done) {
  // On full paths, so that the nodes of the chroot are made as any other parent.
  CreateWithParents(Full(path), data, mode,
                    [this, done = std::move(done)](Result<std::string> made) mutable {
                      if (made.ok()) *made = made->substr(chroot_.size());
                      done(std::move(made));
                    });
}

void ZooKeeperSession::Get(const std::string& path, Callback<void(Result<Node>)> done) {
  auto answer = [](int code, const char* value, int size, const struct Stat* stat,
                   const void* request) {
    auto call = Take<Result<Node>>(request);
    if (call == nullptr) return;
    if (code != ZOK) return call->Fail(ToStatus(code, call->what));
    call->done(Node{size > 0 ? std::string(value, static_cast<size_t>(size)) : "", ToStat(*stat)});
  };
  Launch<Result<Node>>("get " + path, std::move(done), [&](const Request* request) {
    return zoo_aget(handle_, Full(path).c_str(), 0, answer, request);
  });
}

void ZooKeeperSession::SetGuarded(const std::string& path, const std::string& data,
                                  const std::string& guard, Callback<void(Status)> done) {
  auto answer = [](int code, const void* request) {
    auto call = Take<Status>(request);
    if (call != nullptr) call->done(ToStatus(code, call->what));
  };
  Launch<Status>("set " + path + " guarded by " + guard, std::move(done), [&](Request* request) {
    // Of a handle that is over, zoo_amulti of 3.8 frees what lies on its stack: as built by Debian
    // that is the path of the first operation. So it is not asked then, and because the session may
    // end just now the paths are in memory that it may free; after an error nobody else does.
    if (is_unrecoverable(handle_) != ZOK) return static_cast<int>(ZINVALIDSTATE);
    char* full = strdup(Full(path).c_str());
    char* full_guard = strdup(Full(guard).c_str());
    std::array<zoo_op_t, 2> operations{};
    zoo_check_op_init(&operations[0], full_guard, -1);
    zoo_set_op_init(&operations[1], full, data.data(), static_cast<int>(data.size()), -1, nullptr);
    int code = zoo_amulti(handle_, 2, operations.data(), request->results.data(), answer, request);
    if (code != ZOK) {
      return is_unrecoverable(handle_) != ZOK ? static_cast<int>(ZINVALIDSTATE) : code;
    }
    free(full);
    free(full_guard);
    return code;
  });
}

void ZooKeeperSession::Children(const std::string& path,
                                Callback<void(Result<std::vector<std::string>>)> done) {
  using Names = std::vector<std::string>;
  auto answer = [](int code, const struct String_vector* names, const void* request) {
    auto call = Take<Result<Names>>(request);
    if (call == nullptr) return;
    if (code != ZOK) return call->Fail(ToStatus(code, call->what));
    call->done(Names(names->data, names->data + names->count));
  };
  Launch<Result<Names>>("children of " + path, std::move(done), [&](const Request* request) {
    return zoo_aget_children(handle_, Full(path).c_str(), 0, answer, request);
  });
}

void ZooKeeperSession::Exists(const std::string& path, Callback<void()> watch,
                              Callback<void(Result<NodeStat>)> done) {
  auto answer = [](int code, const struct Stat* stat, const void* request) {
    auto call = Take<Result<NodeStat>>(request);
    if (call == nullptr) return;
    if (code != ZOK && code != ZNONODE) call->owner->DropWatch(call->watch);
    if (code != ZOK) return call->Fail(ToStatus(code, call->what));
    call->done(ToStat(*stat));
  };
  int64_t id = 0;
  {
    MutexLock lock(mutex_);
    id = next_watch_++;
    watches_.emplace(id, std::move(watch));
  }
  Launch<Result<NodeStat>>(
      "exists " + path, std::move(done),
      [&](const Request* request) {
        return zoo_awexists(handle_, Full(path).c_str(), &OnWatch,
                            reinterpret_cast<void*>(static_cast<intptr_t>(id)), answer, request);
      },
      id);
}

void ZooKeeperSession::Delete(const std::string& path, Callback<void(Status)> done) {
  auto answer = [](int code, const void* request) {
    auto call = Take<Status>(request);
    if (call != nullptr) call->done(ToStatus(code, call->what));
  };
  Launch<Status>("delete " + path, std::move(done), [&](const Request* request) {
    return zoo_adelete(handle_, Full(path).c_str(), -1, answer, request);
  });
}

}  // namespace

Result<std::unique_ptr<Coordinator>> ZooKeeper::Open(const SessionOptions& options,
                                                     Callback<void(SessionState)> changed) {
  auto session = std::make_unique<ZooKeeperSession>(address_.chroot, std::move(changed));
  RETURN_IF_ERROR(session->Start(address_.ServerList(), options));
  return std::unique_ptr<Coordinator>(std::move(session));
}

}  // namespace alluxio::coord
