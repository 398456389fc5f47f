#!/usr/bin/env bash
# Runs every libFuzzer program for a while.   fuzz.sh [seconds for each]
# What was learned is kept outside the tree and used again; a crash leaves its input in build/fuzz.

set -euo pipefail

ROOT="$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
SECONDS_EACH="${1:-60}"
CORPUS="${XDG_CACHE_HOME:-${HOME}/.cache}/alluxio/fuzz"
passed=0 failed=0
for program in "${ROOT}"/build/fuzz/fuzz.*; do
  [[ -x "${program}" ]] || continue
  name="$(basename -- "${program}")"
  mkdir -p -- "${CORPUS}/${name}"
  log="${ROOT}/build/fuzz/${name#fuzz.}.log"
  if "${program}" -max_total_time="${SECONDS_EACH}" -max_len=4096 -rss_limit_mb=1024 \
    -artifact_prefix="${ROOT}/build/fuzz/${name}-" "${CORPUS}/${name}" > "${log}" 2>&1; then
    echo "ok   ${name} $(grep -o 'Done .*' "${log}" | tail -n 1)"
    passed=$((passed + 1))
  else
    echo "FAIL ${name}"
    tail -n 30 -- "${log}"
    failed=$((failed + 1))
  fi
done
echo "${passed} passed, ${failed} failed"
[[ "${failed}" == 0 && "${passed}" != 0 ]]
