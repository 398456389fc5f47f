#!/usr/bin/env bash
# Builds one kind into build/<kind>.   build.sh release|debug|asan|tsan|clang|fuzz [targets]
# Compiled files are kept by ccache outside the tree, so a fresh checkout builds quickly too.

set -euo pipefail

ROOT="$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
KIND="${1:-release}"
[[ $# -eq 0 ]] || shift
FLAGS=()
case "${KIND}" in
  release) ;;
  debug) FLAGS=(-DCMAKE_BUILD_TYPE=Debug) ;;
  asan) FLAGS=(-DCMAKE_BUILD_TYPE=Debug "-DALLUXIO_SANITIZE=address,undefined") ;;
  tsan) FLAGS=(-DCMAKE_BUILD_TYPE=Debug -DALLUXIO_SANITIZE=thread) ;;
  fuzz)
    FLAGS=(-DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++-14
      "-DALLUXIO_SANITIZE=fuzzer-no-link,address,undefined")
    ;;
  clang) FLAGS=(-DCMAKE_CXX_COMPILER=clang++-14) ;;
  *) echo "build.sh: no kind of build is called ${KIND}" >&2; exit 2 ;;
esac

export CCACHE_DIR="${CCACHE_DIR:-${XDG_CACHE_HOME:-${HOME}/.cache}/alluxio/ccache}"
export CCACHE_BASEDIR="${ROOT}" CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE="${CCACHE_MAXSIZE:-8G}"
export CCACHE_SLOPPINESS="pch_defines,time_macros"
FOLDER="${ROOT}/build/${KIND}"
mkdir -p -- "${CCACHE_DIR}" "${FOLDER}"
# One build of a folder at a time.
exec 8> "${FOLDER}/.lock"
flock 8
if [[ ! -f "${FOLDER}/build.ninja" ]]; then
  cmake -S "${ROOT}" -B "${FOLDER}" -G Ninja -DCMAKE_CXX_COMPILER_LAUNCHER=ccache \
    ${FLAGS[0]+"${FLAGS[@]}"} 8>&-
fi
ninja -C "${FOLDER}" "$@" 8>&-
