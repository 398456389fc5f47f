#include "tests/chaos/client/editor.h"

#include <unistd.h>

namespace alluxio::chaos {
namespace {

constexpr int64_t kSecond = 1000000000;
const char* const kNames[] = {"a", "b", "c"};

Mode All() { return Mode{0777}; }

}  // namespace

int64_t Plan::GroupNow(Rng& rng) const {
  const int64_t epoch = (NowNanos() - begin) / (group_seconds * kSecond);
  return epoch * groups_at_once + static_cast<int64_t>(rng.Below(groups_at_once));
}

int64_t Plan::GroupsUntilNow() const {
  return ((NowNanos() - begin) / (group_seconds * kSecond) + 1) * groups_at_once;
}

Editor::Editor(int client, Plan& plan, History& history, uint64_t seed, Connect connect)
    : client_(client),
      plan_(plan),
      history_(history),
      rng_(Rng::Seeded(seed)),
      connect_(std::move(connect)) {}

std::string Editor::AnyPath() {
  std::string path = kNames[rng_->Below(3)];
  return rng_->Below(4) == 0 ? path + "/x" : path;
}

Status Editor::Edit(const Call& call, const std::string& path) {
  if (call.op == "mkdir") {
    return master_->CreateDirectory(path, {.mode = All()});
  }
  if (call.op == "create") {
    CreateFileOptions options;
    options.block_size = call.arg;
    options.mode = All();
    return master_->CreateFile(path, options).status();
  }
  if (call.op == "complete") return master_->CompleteFile(path, {});
  if (call.op == "delete") return master_->Remove(path, {.recursive = true});
  if (call.op == "rename") return master_->Rename(path, Folder(call.group) + "/" + call.to);
  SetAttributeOptions options;
  options.owner = "o" + std::to_string(call.arg);
  return master_->SetAttribute(path, options);
}

Status Editor::Send(Call& call) {
  const std::string folder = Folder(call.group);
  if (call.op == "list") {
    ASSIGN_OR_RETURN(call.seen, master_->ListAll(folder));
    return OkStatus();
  }
  const std::string path = folder + "/" + call.path;
  if (call.op == "status") {
    ASSIGN_OR_RETURN(FileInfo info, master_->GetStatus(path));
    call.seen.push_back(std::move(info));
    return OkStatus();
  }
  return Edit(call, path);
}

bool Editor::MakeFolder(int64_t group) {
  // Everybody makes it: which one of them is no part of the history, only that it is there now.
  const CreateDirectoryOptions options{.recursive = true, .allow_exists = true, .mode = All()};
  if (!master_->CreateDirectory(Folder(group), options).ok()) {
    master_.reset();
    return false;
  }
  made_.insert(group);
  return true;
}

bool Editor::Do(Call call) {
  if (master_ == nullptr) {
    master_ = std::make_unique<stub::FileSystemMasterClient>(connect_());
  }
  if (made_.count(call.group) == 0 && !reading_ && !MakeFolder(call.group)) return false;
  call.client = client_;
  call.begin = NowNanos();
  call.status = Send(call);
  call.end = NowNanos();
  history_.Add(call);
  const StatusCode code = call.status.code();
  const bool known = code == StatusCode::kOk || code == StatusCode::kNotFound ||
                     code == StatusCode::kAlreadyExists || code == StatusCode::kInvalidArgument ||
                     code == StatusCode::kFailedPrecondition;
  if (!known) master_.reset();  // what a patient program does: it connects anew
  return known;
}

bool Editor::One(bool edit) {
  Call call;
  call.group = plan_.GroupNow(*rng_);
  if (!edit) {
    call.op = rng_->Below(4) == 0 ? "list" : "status";
    if (call.op == "status") call.path = AnyPath();
    return Do(call);
  }
  static const char* const kOps[] = {"mkdir",    "create", "create", "complete",
                                     "complete", "delete", "rename", "set"};
  call.op = kOps[rng_->Below(8)];
  call.path = AnyPath();
  call.arg = plan_.number.fetch_add(1) + 1000;  // also a block size, which must not be tiny
  if (call.op == "mkdir" || call.op == "rename") call.path = kNames[rng_->Below(3)];
  if (call.op == "rename") {
    do {
      call.to = kNames[rng_->Below(3)];
    } while (call.to == call.path);
  }
  return Do(call);
}

void Editor::Run(int64_t think_ms) {
  while (!plan_.stop) {
    One(rng_->Below(5) < 3);
    ::usleep(static_cast<useconds_t>(rng_->Below(think_ms * 1000) + 1));
  }
}

void Editor::RunAtOneMaster(bool edits) {
  bool served = false;
  while (!plan_.stop) {
    // A refusal costs a moment; the master that will be the primary next is found all the same.
    served = One(edits && served);
    ::usleep(static_cast<useconds_t>(rng_->Below(served ? 20000 : 60000) + 1));
  }
}

bool Editor::ReadAll(int64_t groups) {
  bool all = true;
  reading_ = true;
  for (int64_t group = 0; group < groups; ++group) {
    Call call;
    call.group = group;
    call.op = "list";
    all = Do(call) && all;
    call.op = "status";
    for (const char* name : kNames) {
      for (const char* child : {"", "/x"}) {
        call.path = std::string(name) + child;
        all = Do(call) && all;
      }
    }
  }
  return all;
}

}  // namespace alluxio::chaos
