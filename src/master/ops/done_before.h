// DoneBefore: an operation that the client sends again, because it has seen no answer.
#pragma once

#include <optional>

#include "master/ops/fs_parts.h"
#include "master/state/edit_context.h"
#include "master/state/op_context.h"
#include "master/state/retry_cache.h"

namespace alluxio::master {

// What it came to the first time; nothing for one that was never done. The answer waits until what
// was done then is durable: the first call may still be waiting for that itself.
inline std::optional<Outcome> DoneBefore(const FsParts& parts, OpContext& context) {
  if (!context.operation_id() || parts.ledger->retries == nullptr) return std::nullopt;
  auto done = parts.ledger->retries->Find(*context.operation_id());
  if (done) context.SawPosition(parts.ledger->journal->appended());
  return done;
}

// `refused`, unless the operation is done by now: the first call may still have been running, and
// what it did is what this one was refused for.
inline Status UnlessDoneMeanwhile(const FsParts& parts, OpContext& context, Status refused) {
  if (refused.ok() || IsWouldBlock(refused)) return refused;
  return DoneBefore(parts, context) ? OkStatus() : refused;
}

}  // namespace alluxio::master
