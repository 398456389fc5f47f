#!/usr/bin/env bash
# Instructions that one create + complete takes in the master and its journal, without a transport:
# a figure that other work on the machine does not change. Needs valgrind and a built bench-edits.
# Usage: instructions.sh [build folder]
set -euo pipefail
root=$(realpath "$(dirname "$0")/../..")
bench="${1:-$root/build/release}/bin/bench-edits"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
instructions() {
  rm -rf "$work/journal" "$work/ufs"
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" --folder "$work" --pairs "$1" \
      2>&1 > /dev/null | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}
# Of two lengths, so that start and end of the program do not count.
few=$(instructions 5000)
many=$(instructions 15000)
echo "{\"row\": \"edits_instructions\", \"per_pair\": $(((many - few) / 10000))}"
