#!/bin/bash
# Cuts the power of the disk under a journal: a loop-mounted XFS that is shut down without flushing,
# then mounted again. Every acknowledged entry must be there, in order, without holes.
# Runs as root and needs xfsprogs. Usage: journal_power_loss.sh <journal-appender> [seeds]
set -u
appender=$(realpath "$1")
seeds=${2:-20}
work=$(mktemp -d)
mount="$work/mnt"
trap 'umount "$mount" 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$mount"
truncate -s 320M "$work/disk"
mkfs.xfs -q "$work/disk" || exit 2
mount -o loop "$work/disk" "$mount" || exit 2
"$appender" format "$mount/journal" || exit 1
sync -f "$mount"
best=-1  # the largest number ever acknowledged
for ((seed = 1; seed <= seeds; seed++)); do
  RANDOM=$seed
  "$appender" append "$mount/journal" > "$work/acknowledged" 2> "$work/errors" &
  writer=$!
  sleep "0.$((RANDOM % 40 + 10))"
  # A sync that runs while XFS shuts down may report success for what the shutdown drops, which a
  # power cut cannot do: the writer stands still first, between any two of its system calls.
  kill -STOP "$writer"
  until [ "$(cut -d' ' -f3 "/proc/$writer/task"/*/stat | sort -u)" = T ]; do sleep 0.01; done
  xfs_io -x -c shutdown "$mount" || exit 2
  kill -KILL "$writer"
  wait "$writer" 2>/dev/null
  umount "$mount" && mount -o loop "$work/disk" "$mount" || exit 2
  last=$(grep -E '^[0-9]+$' "$work/acknowledged" | tail -1)
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
echo "OK: $seeds power losses"
