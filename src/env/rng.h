// Rng: the only source of randomness. Thread-safe. Tests use SeededRng and print the seed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace alluxio {

class Rng {
 public:
  virtual ~Rng() = default;
  virtual uint64_t Next() = 0;
  // Uniform in [0, bound); bound > 0.
  uint64_t Below(uint64_t bound) { return Next() % bound; }
  // Random in [0, 2^63), as Alluxio uses for worker, session and mount ids.
  int64_t NonNegativeId() { return static_cast<int64_t>(Next() >> 1); }
  // Lower-case text UUID, version 4.
  std::string Uuid();

  // Seeded from the operating system; lives forever.
  static Rng& Real();
  // The same sequence for the same seed.
  static std::unique_ptr<Rng> Seeded(uint64_t seed);
};

}  // namespace alluxio
