#!/usr/bin/env bash
# Instructions that a create + complete, a delete and a rename take in the master and its journal,
# without a transport: figures that other work on the machine does not change. Needs valgrind and a
# built bench-edits. Usage: instructions.sh [build folder]
set -euo pipefail
if [[ "${1:-}" == -* || $# -gt 1 ]]; then
  echo "usage: instructions.sh [build folder]"
  [[ "$1" == --help || "$1" == -h ]] && exit 0 || exit 2
fi
root=$(realpath "$(dirname "$0")/../..")
bench="${1:-$root/build/release}/bin/bench-edits"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
instructions() {
  rm -rf "$work/journal" "$work/ufs"
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" --folder "$work" --row "$1" \
      --files "$2" 2>&1 > /dev/null | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}
# Of two lengths, so that start and end of the program do not count.
per_file() {
  local few many
  few=$(instructions "$1" 5000)
  many=$(instructions "$1" 15000)
  echo $(((many - few) / 10000))
}
create=$(per_file create)
delete=$(per_file delete)
rename=$(per_file rename)
echo "{\"row\": \"edits_instructions\", \"create\": $create, \"delete\": $((delete - create))," \
    "\"rename\": $((rename - create))}"
