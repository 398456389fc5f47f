#include "journal/ufs/fence.h"

#include <utility>

namespace alluxio::journal {
namespace {

constexpr Duration kSlice = std::chrono::milliseconds(200);

class FencedLog final : public ufs::UfsLog {
 public:
  FencedLog(std::unique_ptr<ufs::UfsLog> inner, Fence& fence)
      : inner_(std::move(inner)), fence_(fence) {}
  Status Append(std::string_view data) override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->Append(data);
  }
  Status MakeRoom(int64_t bytes) override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->MakeRoom(bytes);
  }
  Status Sync() override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->Sync();
  }
  Duration OpenLimit() const override { return inner_->OpenLimit(); }
  void ReadWhenClosed() override { inner_->ReadWhenClosed(); }
  Status Close() override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->Close();
  }

 private:
  const std::unique_ptr<ufs::UfsLog> inner_;
  Fence& fence_;
};

class FencedWriter final : public ufs::UfsWriter {
 public:
  FencedWriter(std::unique_ptr<ufs::UfsWriter> inner, Fence& fence)
      : inner_(std::move(inner)), fence_(fence) {}
  Status Write(std::string_view data) override { return inner_->Write(data); }  // not visible yet
  Result<ufs::UfsStatus> Commit() override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->Commit();
  }

 private:
  const std::unique_ptr<ufs::UfsWriter> inner_;
  Fence& fence_;
};

class FencedUfs final : public ufs::Ufs {
 public:
  FencedUfs(std::shared_ptr<ufs::Ufs> inner, Fence& fence)
      : inner_(std::move(inner)), fence_(fence) {}

  std::string_view type() const override { return inner_->type(); }
  const std::string& root() const override { return inner_->root(); }
  bool is_object_store() const override { return inner_->is_object_store(); }
  Result<ufs::UfsStatus> Stat(const std::string& key) override { return inner_->Stat(key); }
  Result<ufs::UfsListing> List(const std::string& key,
                               const ufs::UfsListOptions& options) override {
    return inner_->List(key, options);
  }
  Result<std::unique_ptr<ufs::UfsReader>> Open(const std::string& key) override {
    return inner_->Open(key);
  }
  Result<std::unique_ptr<ufs::UfsWriter>> Create(const std::string& key,
                                                 const ufs::UfsCreateOptions& options) override {
    RETURN_IF_ERROR(fence_.Pass());
    ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsWriter> writer, inner_->Create(key, options));
    return std::unique_ptr<ufs::UfsWriter>(new FencedWriter(std::move(writer), fence_));
  }
  Result<std::unique_ptr<ufs::UfsLog>> OpenLog(const std::string& key) override {
    RETURN_IF_ERROR(fence_.Pass());
    ASSIGN_OR_RETURN(std::unique_ptr<ufs::UfsLog> log, inner_->OpenLog(key));
    return std::unique_ptr<ufs::UfsLog>(new FencedLog(std::move(log), fence_));
  }
  Status SettleLog(const std::string& key) override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->SettleLog(key);
  }
  Status MakeDirectory(const std::string& key, const ufs::UfsCreateOptions& options) override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->MakeDirectory(key, options);
  }
  Status DropLeftovers(const std::string& folder, int64_t before_ms) override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->DropLeftovers(folder, before_ms);
  }
  Status DeleteFile(const std::string& key) override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->DeleteFile(key);
  }
  Status DeleteDirectory(const std::string& key, bool recursive) override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->DeleteDirectory(key, recursive);
  }
  Status Rename(const std::string& from, const std::string& to) override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->Rename(from, to);
  }
  Status SetOwner(const std::string& key, const std::string& owner,
                  const std::string& group) override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->SetOwner(key, owner, group);
  }
  Status SetMode(const std::string& key, Mode mode) override {
    RETURN_IF_ERROR(fence_.Pass());
    return inner_->SetMode(key, mode);
  }
  Result<ufs::UfsSpace> Space() override { return inner_->Space(); }
  Result<std::shared_ptr<void>> Lock(const std::string& key) override { return inner_->Lock(key); }

 private:
  const std::shared_ptr<ufs::Ufs> inner_;  // shared with the journal, which reads through it
  Fence& fence_;
};

}  // namespace

Status LeaseFence::Pass() {
  while (!lease_.Held()) {
    if (lease_.ended() || !waits_.load(std::memory_order_relaxed)) {
      return Unavailable("this master is not the primary");
    }
    // Why it ended, or that it is over for now, is looked at above.
    (void)lease_.AwaitHeld(kSlice);
  }
  return OkStatus();
}

std::shared_ptr<ufs::Ufs> Fenced(std::shared_ptr<ufs::Ufs> ufs, Fence& fence) {
  return std::make_shared<FencedUfs>(std::move(ufs), fence);
}

}  // namespace alluxio::journal
