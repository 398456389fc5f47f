#!/bin/bash
# Cuts the power of the disk under a journal: a loop-mounted XFS that is shut down without flushing,
# then mounted again. Every acknowledged entry must be there, in order, without holes.
# Runs as root and needs xfsprogs and a loop device; where these are missing it says so and skips.
# Usage: journal_power_loss.sh [<journal-appender> [seeds]]
#
# An fdatasync that is running while XFS shuts down may return 0 for bytes that the shutdown drops:
# a bare loop of write and fdatasync sees it in about one of 25 shutdowns, and a power cut cannot
# do it. So odd seeds leave the writer running and count what it had acknowledged before the
# shutdown began; even seeds stop it first, between any two of its system calls, and count
# everything.
set -u
root=$(realpath "$(dirname "$0")/../..")
appender=$(realpath "${1:-${ALLUXIO_BIN:-$root/build/release/bin}/journal-appender}")
seeds=${2:-20}
skip() { echo "SKIPPED: power loss was not tested: $1; 0 passed, 0 failed"; exit 0; }
[ "$(id -u)" = 0 ] || skip "only root can mount a disk"
for tool in mkfs.xfs xfs_io losetup; do
  command -v "$tool" > /dev/null || skip "there is no $tool"
done
losetup -f > /dev/null 2>&1 || skip "there is no loop device"
grep -qw xfs /proc/filesystems || modprobe xfs 2> /dev/null || skip "the kernel has no XFS"
[ -x "$appender" ] || { echo "$appender: not built"; exit 2; }
work=$(mktemp -d)
mount="$work/mnt"
trap 'umount "$mount" 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$mount"
truncate -s 320M "$work/disk"
mkfs.xfs -q "$work/disk" || exit 2
mount -o loop "$work/disk" "$mount" 2> "$work/errors" || skip "$(head -1 "$work/errors")"
"$appender" format "$mount/journal" || exit 1
sync -f "$mount"
best=-1  # the largest number ever acknowledged
for ((seed = 1; seed <= seeds; seed++)); do
  RANDOM=$seed
  "$appender" append "$mount/journal" > "$work/acknowledged" 2> "$work/errors" &
  writer=$!
  sleep "0.$((RANDOM % 40 + 10))"
  if ((seed % 2 == 0)); then
    kill -STOP "$writer"
    until [ "$(cut -d' ' -f3 "/proc/$writer/task"/*/stat 2>/dev/null | sort -u)" = T ]; do
      if ! grep -qs . "/proc/$writer/cmdline"; then
        echo "seed $seed: the writer ended by itself: $(tail -1 "$work/errors")"
        exit 1
      fi
      sleep 0.01
    done
  fi
  last=$(grep -E '^[0-9]+$' "$work/acknowledged" | tail -1)
  xfs_io -x -c shutdown "$mount" || exit 2
  kill -KILL "$writer" 2>/dev/null  # it may have ended by itself
  wait "$writer" 2>/dev/null
  umount "$mount" && mount -o loop "$work/disk" "$mount" || exit 2
  if [ -n "$last" ] && [ "$last" -gt "$best" ]; then best=$last; fi
  if ! "$appender" read "$mount/journal" > "$work/found" 2> "$work/errors"; then
    echo "seed $seed: recovery failed: $(tail -1 "$work/errors")"
    exit 1
  fi
  if ! awk '$1 != NR - 1 { exit 1 }' "$work/found"; then
    echo "seed $seed: entries are missing or out of order"
    exit 1
  fi
  count=$(wc -l < "$work/found")
  if [ "$count" -le "$best" ]; then
    echo "seed $seed: entry $best was acknowledged, only $count entries survived"
    exit 1
  fi
  echo "seed $seed: acknowledged $best, found $((count - 1))"
done
echo "power losses: $seeds passed, 0 failed"
