#include "master/state/image_checkpoint.h"

#include <atomic>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/log.h"
#include "env/clock.h"
#include "env/executor.h"

namespace alluxio::master {
namespace {

constexpr size_t kStep = 1 << 20;

class DigestSink final : public journal::CheckpointSink {
 public:
  explicit DigestSink(journal::CheckpointSink& sink) : sink_(sink) {}
  Status Write(std::string_view data) override {
    digest_.Add(data);
    return sink_.Write(data);
  }
  int64_t end() const override { return sink_.end(); }
  void Note(std::string_view text) override { sink_.Note(text); }
  const CheckpointDigest& digest() const { return digest_; }

 private:
  journal::CheckpointSink& sink_;
  CheckpointDigest digest_;
};

Status SaveImage(ImageFolder& images, std::string_view name, int64_t end, size_t bytes,
                 const CheckpointDigest& digest,
                 const std::function<Status(ImageWriter&)>& save) {
  ASSIGN_OR_RETURN(std::unique_ptr<ImageFolder::Pending> image, images.Begin(name, end, bytes));
  RETURN_IF_ERROR(save(image->writer()));
  return image->Commit(digest);
}

// Reads a source to its end, on a thread of its own.
class Summing {
 public:
  explicit Summing(journal::CheckpointSource& source)
      : source_(source), thread_(Executor::Create({.name = "image", .threads = 1})) {
    Status submitted = thread_->Submit([this] { Run(); });
    CHECK(submitted.ok()) << submitted.ToString();  // nothing else was submitted
  }
  ~Summing() { Stop(); }
  Summing(const Summing&) = delete;
  Summing& operator=(const Summing&) = delete;

  // What the source had, once it is at its end.
  Result<CheckpointDigest> Finish() {
    thread_.reset();  // waits
    RETURN_IF_ERROR(read_);
    return digest_;
  }
  // Without going on to the end.
  void Stop() {
    stopped_.store(true, std::memory_order_relaxed);
    thread_.reset();
  }

 private:
  void Run() {
    std::string bytes(kStep, '\0');
    while (!stopped_.load(std::memory_order_relaxed)) {
      Result<size_t> n = source_.Read(bytes.data(), bytes.size());
      read_ = n.status();
      if (!n.ok()) return;
      digest_.Add(std::string_view(bytes).substr(0, *n));
      if (*n < bytes.size()) return;
    }
  }

  journal::CheckpointSource& source_;
  std::atomic<bool> stopped_ = false;  // a hint; the end of the thread orders the rest
  Status read_;
  CheckpointDigest digest_;
  std::unique_ptr<Executor> thread_;
};

// DATA_LOSS when the image is of no use, anything else when the source is.
Status LoadImage(ImageReader& image, journal::CheckpointSource& source,
                 const std::function<Status(ImageReader&)>& load) {
  Summing summing(source);
  Status loaded = load(image);
  if (!loaded.ok()) return DataLoss(loaded.message());
  Result<CheckpointDigest> wanted = ImageFolder::ReadDigest(image);
  if (!wanted.ok()) return DataLoss(wanted.status().message());
  ASSIGN_OR_RETURN(CheckpointDigest found, summing.Finish());
  return *wanted == found ? OkStatus() : DataLoss("it is of another checkpoint");
}

}  // namespace

Status WriteWithImage(ImageFolder* images, std::string_view name, size_t bytes,
                      journal::CheckpointSink& sink,
                      const std::function<Status(journal::CheckpointSink&)>& write,
                      const std::function<Status(ImageWriter&)>& save) {
  if (images == nullptr || sink.end() < 0) return write(sink);
  DigestSink summed(sink);
  RETURN_IF_ERROR(write(summed));
  Status saved = SaveImage(*images, name, sink.end(), bytes, summed.digest(), save);
  if (!saved.ok()) {
    sink.Note("no image of " + std::string(name) + ", the next start will take longer: " +
              saved.ToString());
  }
  return OkStatus();
}

Status ReadWithImage(ImageFolder* images, std::string_view name, journal::CheckpointSource& source,
                     const std::function<Status(journal::CheckpointSource&)>& read,
                     const std::function<Status(ImageReader&)>& load) {
  std::unique_ptr<ImageReader> image;
  if (images != nullptr && source.end() >= 0) image = images->Open(name, source.end());
  if (image == nullptr) return read(source);
  const Duration begin = Clock::Real().Monotonic();
  const int64_t bytes = image->left();
  Status loaded = LoadImage(*image, source, load);
  if (loaded.ok()) {
    LOG_INFO("master: loaded from an image name={} bytes={} ms={}", name, bytes,
             ToMillis(Clock::Real().Monotonic() - begin));
    return OkStatus();
  }
  if (!loaded.Is(StatusCode::kDataLoss)) return loaded;
  LOG_WARN("master: an image is not used, the checkpoint is read name={} error=\"{}\"", name,
           loaded.ToString());
  images->Remove(name);
  return Aborted(std::string(name) + ": an image did not fit the checkpoint: " + loaded.message());
}

}  // namespace alluxio::master
