// Identifier schemes: a container id (40 bits) and a sequence number (24 bits) make one id.
//
// A file owns one container: its n-th block is (container << 24 | n) and the file itself is
// (container << 24 | 0xFFFFFF). Directories count upwards in containers of their own; the root is
// 0. Source: journal format of Alluxio 2.9, docs/format/journal.md.
#pragma once

#include <cstdint>

namespace alluxio {

using InodeId = int64_t;
using BlockId = int64_t;
using MountId = int64_t;
using WorkerId = int64_t;

inline constexpr int kSequenceBits = 24;
inline constexpr int64_t kMaxSequence = (int64_t{1} << kSequenceBits) - 1;
inline constexpr int64_t kMaxContainer = (int64_t{1} << 39) - 1;  // keeps ids positive

inline constexpr InodeId kRootId = 0;
inline constexpr InodeId kNoInode = -1;
inline constexpr MountId kRootMountId = 1;
inline constexpr MountId kNoMount = -1;

inline int64_t ContainerOf(int64_t id) { return id >> kSequenceBits; }
inline int64_t SequenceOf(int64_t id) { return id & kMaxSequence; }
inline int64_t MakeId(int64_t container, int64_t sequence) {
  return (container << kSequenceBits) | sequence;
}
inline InodeId FileIdOfContainer(int64_t container) { return MakeId(container, kMaxSequence); }
inline InodeId FileIdOfBlock(BlockId block) { return FileIdOfContainer(ContainerOf(block)); }

}  // namespace alluxio
