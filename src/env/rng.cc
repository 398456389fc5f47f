#include "env/rng.h"

#include <random>

#include "base/mutex.h"

namespace alluxio {
namespace {

class MersenneRng final : public Rng {
 public:
  explicit MersenneRng(uint64_t seed) : engine_(seed) {}
  uint64_t Next() override {
    MutexLock lock(mutex_);
    return engine_();
  }

 private:
  Mutex mutex_;
  std::mt19937_64 engine_ GUARDED_BY(mutex_);
};

uint64_t SystemSeed() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

}  // namespace

std::string Rng::Uuid() {
  uint64_t high = (Next() & ~0xf000ULL) | 0x4000ULL;
  uint64_t low = (Next() & ~(3ULL << 62)) | (2ULL << 62);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) text += '-';
    uint64_t word = i < 16 ? high : low;
    text += kHex[(word >> (60 - 4 * (i % 16))) & 0xf];
  }
  return text;
}

Rng& Rng::Real() {
  static MersenneRng rng(SystemSeed());
  return rng;
}

std::unique_ptr<Rng> Rng::Seeded(uint64_t seed) { return std::make_unique<MersenneRng>(seed); }

}  // namespace alluxio
