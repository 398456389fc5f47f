// Callback<Signature>: a move-only std::function, for completions that run once.
#pragma once

#include "absl/functional/any_invocable.h"

namespace alluxio {

template <typename Signature>
using Callback = absl::AnyInvocable<Signature>;

}  // namespace alluxio
